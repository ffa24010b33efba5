/**
 * What may stand where: the lexer's context.
 *
 * Kestrel's words are keywords only where the keyword may stand, and everywhere else names. A *position* is a place
 * between two tokens. It names the lexer mode (the shapes accepted there), the words that are keywords there, and the
 * position after each token. Positions follow the reference lexer, including the places where it knows a keyword that the
 * statement at hand cannot take: LAST and START after any pattern, OFFSET after any LIMIT n (decision 38).
 *
 * Token and mode names are those of grammar/KestrelLexer.g4.
 */

/** Which clause a pattern or value belongs to; decides what SORT and a comma mean after it. */
export type ClauseContext = 'expression' | 'query' | 'arguments';

/** Next position, alone or with the clause context that begins there. */
export type Step = PositionName | readonly [PositionName, ClauseContext];

export interface Position {
  readonly mode: string;
  /** Upper-case words that are keywords here. */
  readonly keywords: ReadonlySet<string>;
  /** Position after a token of this type; a token without an entry leaves the position as it is (it is an error). */
  readonly next: Readonly<Record<string, Step>>;
}

const commands = {
  GET: 'getType',
  FIND: 'findType',
  NEW: 'newType',
  LOAD: 'loadPath',
  SORT: 'sortInput',
  GROUP: 'groupInput',
  JOIN: 'joinLeft',
} as const;

/** A complete statement may be followed by any statement. */
const statement = {
  ...commands,
  APPLY: 'applyPath',
  DISP: 'source',
  INFO: 'lastName',
  SAVE: 'saveInput',
  DESCRIBE: 'describeInput',
  EXPLAIN: 'explainInput',
  NAME: 'equal',
} as const;

const transforms = { TIMESTAMPED: 'transformOpen', ADDOBSID: 'transformOpen', RECORDS: 'transformOpen' } as const;
const fromLimit = { ...statement, LIMIT: 'limitCount', OFFSET: 'offsetCount' } as const;
const fromSort = { ...fromLimit, SORT: 'sortClause' } as const;
const fromAttributes = { ...fromSort, ATTR: 'attributes' } as const;
const fromWhere = { ...fromAttributes, WHERE: ['patternStart', 'expression'] } as const;
const timespan = { START: 'time', LAST: 'lastCount' } as const;

/**
 * After a value, wherever it stands. SORT is a clause in expressions and a command elsewhere; `)`, `]` and `,` depend on
 * the open lists: both are settled in `KestrelLexerBase`.
 */
const afterValue = { AND: 'operand', OR: 'operand', ...fromAttributes, ...timespan } as const;

const table = {
  statement: ['DEFAULT_MODE', statement],
  equal: ['CLAUSE', { EQUAL: 'bound' }],
  bound: ['DEFAULT_MODE', { ...commands, ...transforms, NAME: 'boundName' }],
  boundName: ['DEFAULT_MODE', { ...fromWhere, PLUS: 'mergeName' }],
  mergeName: ['DEFAULT_MODE', { NAME: 'merged' }],
  merged: ['DEFAULT_MODE', { ...statement, PLUS: 'mergeName' }],

  source: ['DEFAULT_MODE', { ...transforms, NAME: 'expression' }],
  transformOpen: ['CLAUSE', { LPAR: 'transformName' }],
  transformName: ['DEFAULT_MODE', { NAME: 'transformClose' }],
  transformClose: ['CLAUSE', { RPAR: 'expression' }],
  expression: ['DEFAULT_MODE', fromWhere],
  attributes: ['ATTRIBUTE_LIST', { ATTRIBUTES: 'afterAttributes' }],
  afterAttributes: ['DEFAULT_MODE', fromSort],
  sortClause: ['CLAUSE', { BY: 'sortClauseKey' }],
  sortClauseKey: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'afterSortClauseKey' }],
  afterSortClauseKey: ['DEFAULT_MODE', { ...fromLimit, ASC: 'afterSortClause', DESC: 'afterSortClause' }],
  afterSortClause: ['DEFAULT_MODE', fromLimit],
  limitCount: ['COUNT_OF', { INTEGER: 'afterLimit' }],
  afterLimit: ['DEFAULT_MODE', { ...statement, OFFSET: 'offsetCount' }],
  offsetCount: ['COUNT_OF', { INTEGER: 'statement' }],

  patternStart: ['LEFT_SIDE', { LSQB: 'operand', LPAR: 'operand', OPERAND: 'operator' }],
  operand: ['LEFT_SIDE', { LPAR: 'operand', OPERAND: 'operator' }],
  operator: [
    'OPERATOR',
    {
      COMPARE: 'value',
      IN: 'value',
      LIKE: 'value',
      MATCHES: 'value',
      ISSUBSET: 'value',
      ISSUPERSET: 'value',
      NOT: 'operator',
      IS: 'nullTest',
    },
  ],
  nullTest: ['OPERATOR', { NOT: 'nullTest', NULL: 'afterValue' }],
  value: [
    'RIGHT_SIDE',
    { WORD: 'afterWord', STRING: 'afterValue', NUMBER: 'afterValue', LPAR: 'value', LSQB: 'value' },
  ],
  afterWord: ['DEFAULT_MODE', { ...afterValue, DOT: 'referencedAttribute' }],
  referencedAttribute: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'afterValue' }],
  afterValue: ['DEFAULT_MODE', afterValue],
  afterPattern: ['DEFAULT_MODE', { ...fromAttributes, ...timespan }],

  time: [
    'TIME',
    {
      TIMESTAMP: 'afterTime',
      SINGLE_QUOTE: 'quotedTime',
      DOUBLE_QUOTE: 'quotedTime',
      T_SINGLE_QUOTE: 'quotedTime',
      T_DOUBLE_QUOTE: 'quotedTime',
    },
  ],
  quotedTime: ['TIME', { TIMESTAMP: 'timeClose' }],
  timeClose: ['TIME', { SINGLE_QUOTE: 'afterTime', DOUBLE_QUOTE: 'afterTime' }],
  afterTime: ['DEFAULT_MODE', { ...statement, STOP: 'time', LIMIT: 'limitCount' }],
  lastCount: ['COUNT_OF', { INTEGER: 'lastUnit' }],
  lastUnit: ['UNIT', { DAYS: 'afterUnit', HOURS: 'afterUnit', MINUTES: 'afterUnit', SECONDS: 'afterUnit' }],
  afterUnit: ['DEFAULT_MODE', { ...statement, LIMIT: 'limitCount' }],

  getType: ['PROJECTION', { ENTITY_TYPE: 'afterGetType' }],
  afterGetType: ['CLAUSE', { FROM: 'sources', WHERE: ['patternStart', 'query'] }],
  sources: ['SOURCE', { SOURCES: 'afterGetType', QUOTED: 'afterGetType' }],

  findType: ['TYPE', { ENTITY_TYPE: 'relation' }],
  relation: ['RELATION_WORD', { RELATION: 'afterRelation' }],
  afterRelation: ['DEFAULT_MODE', { BY: 'findInput', NAME: 'afterFindInput' }],
  findInput: ['DEFAULT_MODE', { NAME: 'afterFindInput' }],
  afterFindInput: [
    'DEFAULT_MODE',
    { ...statement, ...timespan, WHERE: ['patternStart', 'query'], LIMIT: 'limitCount' },
  ],

  newType: ['TYPE', { ENTITY_TYPE: 'newOpen', LSQB: 'data' }],
  newOpen: ['CLAUSE', { LSQB: 'data' }],
  data: ['DATA', { TEXTS: 'object', LBRACE: 'object' }],
  object: [
    'OBJECT',
    {
      QUOTED: 'object',
      NUMBER: 'object',
      TRUE: 'object',
      FALSE: 'object',
      NULL: 'object',
      COLON: 'object',
      COMMA: 'object',
      LBRACE: 'object',
      RBRACE: 'object',
      RSQB: 'statement',
    },
  ],

  loadPath: ['FILE', { PATH: 'afterLoad', QUOTED: 'afterLoad' }],
  afterLoad: ['DEFAULT_MODE', { ...statement, AS: 'loadType' }],
  loadType: ['TYPE', { ENTITY_TYPE: 'statement' }],
  saveInput: ['DEFAULT_MODE', { NAME: 'saveTo' }],
  saveTo: ['CLAUSE', { TO: 'savePath' }],
  savePath: ['FILE', { PATH: 'afterLoad', QUOTED: 'afterLoad' }],

  sortInput: ['DEFAULT_MODE', { NAME: 'sortBy' }],
  sortBy: ['CLAUSE', { BY: 'sortKey' }],
  sortKey: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'afterSortKey' }],
  afterSortKey: ['DEFAULT_MODE', { ...statement, ASC: 'statement', DESC: 'statement' }],

  groupInput: ['DEFAULT_MODE', { NAME: 'groupBy' }],
  groupBy: ['CLAUSE', { BY: 'groupKey' }],
  groupKey: ['ATTRIBUTE_PATH', { BIN: 'binOpen', ATTRIBUTE: 'afterGroupKey' }],
  afterGroupKey: ['DEFAULT_MODE', { ...statement, COMMA: 'groupKey', WITH: 'aggregate' }],
  binOpen: ['CLAUSE', { LPAR: 'binAttribute' }],
  binAttribute: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'binComma' }],
  binComma: ['CLAUSE', { COMMA: 'binSize' }],
  binSize: ['COUNT_OF', { INTEGER: 'binUnit' }],
  binUnit: [
    'UNIT',
    { DAYS: 'binClose', HOURS: 'binClose', MINUTES: 'binClose', SECONDS: 'binClose', RPAR: 'afterGroupKey' },
  ],
  binClose: ['DEFAULT_MODE', { ...statement, LIMIT: 'limitCount', RPAR: 'afterGroupKey' }],
  aggregate: [
    'AGGREGATE',
    {
      MIN: 'aggregateOpen',
      MAX: 'aggregateOpen',
      SUM: 'aggregateOpen',
      AVG: 'aggregateOpen',
      COUNT: 'aggregateOpen',
      NUNIQUE: 'aggregateOpen',
    },
  ],
  aggregateOpen: ['CLAUSE', { LPAR: 'aggregateAttribute' }],
  aggregateAttribute: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'aggregateClose' }],
  aggregateClose: ['CLAUSE', { RPAR: 'afterAggregate' }],
  afterAggregate: ['DEFAULT_MODE', { ...statement, COMMA: 'aggregate', AS: 'alias' }],
  alias: ['KEY', { WORD: 'afterAlias' }],
  afterAlias: ['DEFAULT_MODE', { ...statement, COMMA: 'aggregate' }],

  joinLeft: ['DEFAULT_MODE', { NAME: 'joinComma' }],
  joinComma: ['CLAUSE', { COMMA: 'joinRight' }],
  joinRight: ['DEFAULT_MODE', { NAME: 'afterJoin' }],
  afterJoin: ['DEFAULT_MODE', { ...statement, BY: 'joinLeftKey' }],
  joinLeftKey: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'joinKeyComma' }],
  joinKeyComma: ['CLAUSE', { COMMA: 'joinRightKey' }],
  joinRightKey: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'statement' }],

  applyPath: ['FILE', { PATH: 'applyOn', QUOTED: 'applyOn' }],
  applyOn: ['CLAUSE', { ON: 'applyInput' }],
  applyInput: ['DEFAULT_MODE', { NAME: 'afterApplyInput' }],
  afterApplyInput: ['DEFAULT_MODE', { ...statement, COMMA: 'applyInput', WITH: 'argumentKey' }],
  argumentKey: ['KEY', { WORD: 'argumentEqual' }],
  argumentEqual: ['CLAUSE', { EQUAL: ['value', 'arguments'] }],

  lastName: ['DEFAULT_MODE', { NAME: 'statement' }],
  describeInput: ['KEY', { WORD: 'describeDot' }],
  describeDot: ['CLAUSE', { DOT: 'describeAttribute' }],
  describeAttribute: ['ATTRIBUTE_PATH', { ATTRIBUTE: 'statement' }],
  explainInput: ['DEFAULT_MODE', { EQUAL: 'bound', NAME: 'statement' }],
} as const;

export type PositionName = keyof typeof table;

const shapes = new Set(['NAME', 'ATTRIBUTE', 'PLUS', 'COMMA', 'EQUAL', 'DOT', 'LPAR', 'RPAR', 'LSQB', 'RSQB']);

/** Modes whose words take the shape of a name first and are keywords where the position says so. */
const modesWithNames = new Set(['DEFAULT_MODE', 'ATTRIBUTE_PATH']);

const entries: [string, readonly [string, Readonly<Record<string, Step>>]][] = Object.entries(table);

const byName: ReadonlyMap<string, Position> = new Map(
  entries.map(([name, [mode, next]]) => {
    const words = modesWithNames.has(mode) ? Object.keys(next).filter((token) => !shapes.has(token)) : [];
    return [name, { mode, next, keywords: new Set(words) }];
  }),
);

export function positionOf(name: PositionName): Position {
  const position = byName.get(name);
  if (position === undefined) throw new Error(`no position ${name}`);
  return position;
}
