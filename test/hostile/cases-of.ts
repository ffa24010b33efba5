import ts from 'typescript';

/** Names of the tests in a file as the runner shows them, `describe` left out; those of `each` one by one. */
export function casesOf(text: string): string[] {
  const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      constants.set(node.name.text, node.initializer);
    }
    if (ts.isCallExpression(node)) names.push(...namesOf(node, constants));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function namesOf({ expression, arguments: [title] }: ts.CallExpression, constants: Constants): string[] {
  if (title === undefined || !ts.isStringLiteralLike(title)) return [];
  if (isNamed(expression, 'test')) return [title.text];
  if (!ts.isCallExpression(expression)) return [];
  const { expression: each, arguments: tables } = expression;
  if (!ts.isPropertyAccessExpression(each) || !isNamed(each.expression, 'test') || each.name.text !== 'each') return [];
  return rowsOf(tables[0] as ts.Expression, constants).map((row) => title.text.replace(/%s|\$name/, () => row));
}

type Constants = ReadonlyMap<string, ts.Expression>;

/** What each row of a table is called: itself, its first member, its `name`; the keys of `Object.keys(…)`. */
function rowsOf(table: ts.Expression, constants: Constants): string[] {
  if (ts.isIdentifier(table)) return rowsOf(constants.get(table.text) as ts.Expression, constants);
  if (ts.isArrayLiteralExpression(table)) return table.elements.map(rowName);
  const [named] = ts.isCallExpression(table) ? table.arguments : [];
  const object = named !== undefined && ts.isIdentifier(named) ? constants.get(named.text) : undefined;
  if (object !== undefined && ts.isObjectLiteralExpression(object)) {
    return object.properties.map((each) => (each.name as ts.Identifier | ts.StringLiteral).text);
  }
  throw new Error(`No names are known for the rows of ${table.getText()}`);
}

function rowName(row: ts.Expression): string {
  if (ts.isStringLiteralLike(row)) return row.text;
  if (ts.isArrayLiteralExpression(row)) return rowName(row.elements[0] as ts.Expression);
  if (ts.isObjectLiteralExpression(row)) {
    const name = row.properties.find((each) => each.name !== undefined && isNamed(each.name, 'name'));
    if (name !== undefined && ts.isPropertyAssignment(name)) return rowName(name.initializer);
  }
  throw new Error(`This row has no name: ${row.getText()}`);
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
