import ts from 'typescript'

/** A call that does nothing, or a value that is not what it seems, and where it is. */
export interface Finding {
  readonly file: string
  readonly line: number
  readonly message: string
}

const messages = {
  unit: 'this unit of work is not run: write `yield*` before it, or return it from a function that is neither async nor a generator',
  unitCallback: 'this function returns a unit of work to a caller that does not run it',
  floating: 'this promise is not awaited: write `await` before it, or `void` if that is on purpose',
  condition: 'this promise is a condition, which is always true: write `await` before it',
  operand: 'this promise is an operand: write `await` before it',
  template: 'this promise is part of a text, which shows "[object Promise]": write `await` before it',
  spread: 'this promise is spread, which gives nothing: write `await` before it',
  markup: 'this promise is part of markup: pages are rendered at once, so write `await` before it',
  argument: 'this promise is passed to a function that does not await it: write `await` before it',
  expected: 'this function returns a promise or a unit of work, which `expect` does not run',
  predicate: 'this function returns a promise, which counts as true: use a loop, or await the promises first',
} as const

type Rule = keyof typeof messages

// Functions that look at their argument at once.
const readers = /^(?:expect|JSON\.stringify|Response\.json|String|Number|Boolean|Bun\.inspect|Object\.\w+)$/
const predicates = /^(?:filter|some|every|find|findIndex|findLast|findLastIndex)$/

/**
 * Finds units of work that are not run and promises that are not awaited, which neither the types nor the program itself
 * notice. Reads the files for which `isChecked` is true.
 */
export function findUnusedWork(program: ts.Program, isChecked: (file: string) => boolean): Finding[] {
  const findings: Finding[] = []
  const types = new Types(program.getTypeChecker())
  for (const source of program.getSourceFiles()) {
    if (!isChecked(source.fileName)) continue
    const visit = (node: ts.Node): void => {
      for (const [rule, place] of faultsOf(node, types)) {
        const { line } = source.getLineAndCharacterOfPosition(place.getStart(source))
        findings.push({ file: source.fileName, line: line + 1, message: messages[rule] })
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return findings
}

type Fault = readonly [rule: Rule, place: ts.Node]

function faultsOf(node: ts.Node, types: Types): Fault[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node))
    return [...faultsOfUnit(node, types), ...faultsOfArguments(node, types)]
  return faultsOfPromise(node, types)
}

function faultsOfUnit(node: ts.CallExpression | ts.NewExpression, types: Types): Fault[] {
  return types.isUnit(node) && !isRun(node) ? [['unit', node]] : []
}

// Through parentheses, casts and the branches of a conditional, a unit is run where `yield*` stands, or handed on.
function isRun(unit: ts.Expression): boolean {
  const { parent } = unit
  if (ts.isParenthesizedExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isAsExpression(parent))
    return isRun(parent)
  if (ts.isConditionalExpression(parent)) return parent.condition !== unit && isRun(parent)
  if (ts.isYieldExpression(parent)) return parent.asteriskToken !== undefined
  if (ts.isArrowFunction(parent)) return parent.body === unit && !isAsync(parent)
  return ts.isReturnStatement(parent) && handsOn(ts.findAncestor(parent, ts.isFunctionLike))
}

function handsOn(scope: ts.SignatureDeclaration | undefined): boolean {
  return scope !== undefined && !isAsync(scope) && !('asteriskToken' in scope && scope.asteriskToken)
}

function isAsync(scope: ts.SignatureDeclaration): boolean {
  return (
    ts.canHaveModifiers(scope) && (ts.getModifiers(scope) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)
  )
}

function faultsOfArguments(call: ts.CallExpression | ts.NewExpression, types: Types): Fault[] {
  const name = call.expression.getText()
  return (call.arguments ?? []).flatMap((argument, index): Fault[] => {
    if (readers.test(name) && ts.isFunctionLike(argument))
      return types.returnsUnit(argument) || types.returnsPromise(argument) ? [['expected', argument]] : []
    if (readers.test(name)) return promisesIn(argument, types).map((promise) => ['argument', promise])
    if (types.returnsUnit(argument) && !types.takesUnit(call, index)) return [['unitCallback', argument]]
    const isPredicate = ts.isPropertyAccessExpression(call.expression) && predicates.test(call.expression.name.text)
    return isPredicate && types.returnsPromise(argument) ? [['predicate', argument]] : []
  })
}

// The value itself, and the values in the literal arrays and objects that it consists of.
function promisesIn(value: ts.Expression, types: Types): ts.Node[] {
  if (ts.isArrayLiteralExpression(value)) return value.elements.flatMap((element) => promisesIn(element, types))
  if (ts.isObjectLiteralExpression(value))
    return value.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) ? promisesIn(property.initializer, types) : [],
    )
  return types.isPromise(value) ? [value] : []
}

function faultsOfPromise(node: ts.Node, types: Types): Fault[] {
  const fault = (rule: Rule, operand: ts.Expression | undefined): Fault[] =>
    operand && types.isPromise(operand) ? [[rule, operand]] : []
  if (ts.isExpressionStatement(node)) {
    const { expression } = node
    return types.mayBePromise(expression) && !isAssignment(expression) ? [['floating', expression]] : []
  }
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
    return fault('condition', node.expression)
  if (ts.isForStatement(node) || ts.isConditionalExpression(node)) return fault('condition', node.condition)
  if (ts.isPrefixUnaryExpression(node)) return fault('condition', node.operand)
  if (ts.isBinaryExpression(node)) return faultsOfOperation(node, fault)
  if (ts.isTemplateSpan(node)) return fault('template', node.expression)
  if (ts.isSpreadAssignment(node) || ts.isSpreadElement(node)) return fault('spread', node.expression)
  if (ts.isJsxExpression(node)) return fault('markup', node.expression)
  return []
}

// Two promises may be compared: that asks whether they are the same one.
function faultsOfOperation(
  { left, operatorToken: { kind }, right }: ts.BinaryExpression,
  fault: (rule: Rule, operand: ts.Expression) => Fault[],
): Fault[] {
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken)
    return fault('condition', left)
  if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.CommaToken || isAssignmentOperator(kind))
    return []
  const faults = [...fault('operand', left), ...fault('operand', right)]
  return faults.length === 2 ? [] : faults
}

function isAssignment(expression: ts.Expression): boolean {
  return ts.isBinaryExpression(expression) && isAssignmentOperator(expression.operatorToken.kind)
}

function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment
}

/** Tells the types of units and promises from all others. */
class Types {
  readonly #checker: ts.TypeChecker

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  isUnit(node: ts.Expression): boolean {
    return partsOf(this.#checker.getTypeAtLocation(node)).some((type) => this.#isUnitType(type))
  }

  /** A call counts if it may return a promise. A variable counts if it always is one: it may be asked whether it is set. */
  isPromise(node: ts.Expression): boolean {
    if (ts.isCallExpression(node)) return this.mayBePromise(node)
    return partsOf(this.#checker.getTypeAtLocation(node)).every(isPromiseType)
  }

  mayBePromise(node: ts.Expression): boolean {
    return mayBePromise(this.#checker.getTypeAtLocation(node))
  }

  returnsUnit(node: ts.Node): boolean {
    return this.#results(node).some((type) => partsOf(type).some((part) => this.#isUnitType(part)))
  }

  returnsPromise(node: ts.Node): boolean {
    return this.#results(node).some(mayBePromise)
  }

  /** Whether the declaration of a function says that it takes, at this place, a function that returns a unit. */
  takesUnit(call: ts.CallExpression | ts.NewExpression, index: number): boolean {
    const parameters = this.#checker.getResolvedSignature(call)?.declaration?.parameters ?? []
    const parameter = parameters[Math.min(index, parameters.length - 1)]
    return parameter !== undefined && ts.isParameter(parameter) && this.returnsUnit(parameter)
  }

  #results(node: ts.Node): ts.Type[] {
    const signatures = partsOf(this.#checker.getTypeAtLocation(node)).flatMap((type) => type.getCallSignatures())
    return signatures.map((signature) => signature.getReturnType())
  }

  #isUnitType(type: ts.Type): boolean {
    const name = type.symbol?.name
    if (name === 'Unit' || name === 'Step') return isFromUnitModule(type.symbol)
    if (name !== 'Generator') return false
    const [yielded] = this.#checker.getTypeArguments(type as ts.TypeReference)
    return yielded !== undefined && partsOf(yielded).some((part) => part.symbol?.name === 'Step')
  }
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type]
}

// Markup is a string, unless it contains a promise, which is a finding of its own.
function mayBePromise(type: ts.Type): boolean {
  return type.aliasSymbol?.name !== 'Element' && partsOf(type).some(isPromiseType)
}

function isPromiseType(type: ts.Type): boolean {
  return type.symbol?.name === 'Promise'
}

function isFromUnitModule(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((node) => node.getSourceFile().fileName.endsWith('/src/database/unit.ts'))
}
