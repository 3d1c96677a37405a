// Attributes of the HTML standard that the types of @kitajs/html do not know yet.
declare namespace JSX {
  interface HtmlTag {
    autofocus?: boolean | undefined
  }
  interface HtmlTextAreaTag {
    autocomplete?: string | undefined
  }
}
