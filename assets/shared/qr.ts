import { encode } from 'uqr'

const namespace = 'http://www.w3.org/2000/svg'

/** Renders a QR code as SVG in the page, so that its text is not sent anywhere. */
export function qrCode(text: string): SVGElement {
  const { data, size } = encode(text, { border: 2 })
  const dark = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x},${y}h1v1h-1z` : '')))
  const svg = document.createElementNS(namespace, 'svg')
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`)
  svg.append(svgElement('rect', { width: String(size), height: String(size), fill: 'white' }))
  svg.append(svgElement('path', { d: dark.join(''), fill: 'black' }))
  return svg
}

function svgElement(name: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS(namespace, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
