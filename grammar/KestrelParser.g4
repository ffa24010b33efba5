// Statements of Kestrel. Clause order is fixed. The lexer has already decided which words are keywords, so one token of
// lookahead is enough everywhere but after EXPLAIN (which Kestrel 1.8 does not know: there it is a name).
parser grammar KestrelParser;

options {
    tokenVocab = KestrelLexer;
}

huntflow: statement* EOF;

statement
    : variable EQUAL (assignment | yielding)
    | yielding
    | effect
    ;

variable: NAME | EXPLAIN;

assignment
    : NAME (merge | clauses)
    | transform LPAR NAME RPAR clauses
    ;

merge: (PLUS NAME)+;

yielding: get | find | newData | load | sort | group | join;

effect: apply | disp | info | save | describe | explain;

get: GET ENTITY_TYPE (FROM sources)? where timespan? limit?;
sources: SOURCES | QUOTED;

find: FIND ENTITY_TYPE RELATION BY? NAME where? timespan? limit?;

newData: NEW ENTITY_TYPE? LSQB (TEXTS | object (COMMA object)*) RSQB;
object: LBRACE pair (COMMA pair)* RBRACE;
pair: QUOTED COLON objectValue;
objectValue: NUMBER | QUOTED | TRUE | FALSE | NULL;

load: LOAD file (AS ENTITY_TYPE)?;
file: PATH | QUOTED;

sort: SORT NAME BY ATTRIBUTE direction?;
direction: ASC | DESC;

group: GROUP NAME BY groupKey (COMMA groupKey)* (WITH aggregate (COMMA aggregate)*)?;
groupKey: ATTRIBUTE | BIN LPAR ATTRIBUTE COMMA INTEGER unit? RPAR;
aggregate: aggregateFunction LPAR ATTRIBUTE RPAR (AS WORD)?;
aggregateFunction: MIN | MAX | SUM | AVG | COUNT | NUNIQUE;

join: JOIN NAME COMMA NAME (BY ATTRIBUTE COMMA ATTRIBUTE)?;

apply: APPLY file ON NAME (COMMA NAME)* (WITH argument (COMMA argument)*)?;
argument: WORD EQUAL value;

disp: DISP expression;
info: INFO NAME;
save: SAVE NAME TO file;
describe: DESCRIBE WORD DOT ATTRIBUTE;
explain: EXPLAIN NAME;

expression: (NAME | transform LPAR NAME RPAR) clauses;
transform: TIMESTAMPED | ADDOBSID | RECORDS;
clauses: where? attributes? sortClause? limit? offset?;
attributes: ATTR ATTRIBUTES;
sortClause: SORT BY ATTRIBUTE direction?;
limit: LIMIT INTEGER;
offset: OFFSET INTEGER;

where: WHERE (LSQB disjunction RSQB | disjunction);
disjunction: conjunction (OR conjunction)*;
conjunction: comparison (AND comparison)*;
comparison
    : OPERAND (IS NOT? NULL | (COMPARE | NOT? (IN | LIKE | MATCHES | ISSUBSET | ISSUPERSET)) value)
    | LPAR disjunction RPAR
    ;
value: WORD (DOT ATTRIBUTE)? | STRING | NUMBER | list;
list: LPAR value (COMMA value)* RPAR | LSQB value (COMMA value)* RSQB;

timespan: START timestamp STOP timestamp | LAST INTEGER unit;
timestamp
    : TIMESTAMP
    | SINGLE_QUOTE TIMESTAMP SINGLE_QUOTE
    | DOUBLE_QUOTE TIMESTAMP DOUBLE_QUOTE
    | T_SINGLE_QUOTE TIMESTAMP SINGLE_QUOTE
    | T_DOUBLE_QUOTE TIMESTAMP DOUBLE_QUOTE
    ;
unit: DAYS | HOURS | MINUTES | SECONDS;
