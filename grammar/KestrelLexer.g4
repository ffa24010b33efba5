// Token shapes of Kestrel.
//
// The same characters are different tokens in different places (`a.b` is a path after LOAD, an attribute after ATTR, a
// name and a dot elsewhere). A mode holds the shapes that one kind of place accepts. Which mode holds where, and which
// words are keywords there, is decided by the superclass from the token before (src/language/parser/positions.ts).
lexer grammar KestrelLexer;

options {
    superClass = KestrelLexerBase;
}

@header {
import { KestrelLexerBase } from '../kestrel-lexer-base.ts';
}

// Keywords that begin or continue a statement. They have the shape of a NAME; the superclass retypes the word where the
// keyword may stand.
tokens {
    GET, FIND, NEW, LOAD, SORT, GROUP, JOIN, APPLY, DISP, INFO, SAVE, DESCRIBE, EXPLAIN,
    TIMESTAMPED, ADDOBSID, RECORDS,
    ATTR, LIMIT, OFFSET, START, STOP, LAST, AND, OR, AS, WITH, ASC, DESC, BIN,
    FROM, WHERE, BY, TO, ON,
    ENTITY_TYPE, RELATION, SOURCES, PATH, QUOTED, ATTRIBUTE, ATTRIBUTES, OPERAND, WORD, STRING, NUMBER, INTEGER
}

// ---------------------------------------------------------------- names: statements and most clauses (default mode)

NAME: NameStart NamePart*;
EQUAL: '=';
PLUS: '+';
COMMA: ',';
DOT: '.';
LPAR: '(';
RPAR: ')';
LSQB: '[';
RSQB: ']';
BLANK: Blank -> skip;
UNEXPECTED: .;

// ---------------------------------------------------------------- keywords that no name competes with: FROM WHERE BY …
// Here the keyword need not end at a word boundary: `wherepid = 1` is WHERE, then pid.
mode CLAUSE;

CLAUSE_FROM: F R O M -> type(FROM);
CLAUSE_WHERE: W H E R E -> type(WHERE);
CLAUSE_BY: B Y -> type(BY);
CLAUSE_TO: T O -> type(TO);
CLAUSE_ON: O N -> type(ON);
CLAUSE_EQUAL: '=' -> type(EQUAL);
CLAUSE_COMMA: ',' -> type(COMMA);
CLAUSE_DOT: '.' -> type(DOT);
CLAUSE_LPAR: '(' -> type(LPAR);
CLAUSE_RPAR: ')' -> type(RPAR);
CLAUSE_LSQB: '[' -> type(LSQB);
CLAUSE_BLANK: Blank -> skip;
CLAUSE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- entity types
mode TYPE;

TYPE_NAME: DashName -> type(ENTITY_TYPE);
TYPE_LSQB: '[' -> type(LSQB);
TYPE_BLANK: Blank -> skip;
TYPE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- aliases, argument keys, the variable of DESCRIBE
mode KEY;

KEY_WORD: DashName -> type(WORD);
KEY_BLANK: Blank -> skip;
KEY_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after GET: a type, or a projection of Kestrel 2
mode PROJECTION;

PROJECTION_NAME: DashName ('.' (Letter | Digit | '_' | '-')+)* -> type(ENTITY_TYPE);
PROJECTION_BLANK: Blank -> skip;
PROJECTION_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after the type of FIND
mode RELATION_WORD;

RELATION_NAME: Letter+ -> type(RELATION);
RELATION_BLANK: Blank -> skip;
RELATION_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after FROM: one or more paths, no blanks between
mode SOURCE;

SOURCE_LIST: Path (',' Path)* -> type(SOURCES);
SOURCE_QUOTED: Quoted -> type(QUOTED);
SOURCE_BLANK: Blank -> skip;
SOURCE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after LOAD, TO and APPLY
mode FILE;

FILE_PATH: Path -> type(PATH);
FILE_QUOTED: Quoted -> type(QUOTED);
FILE_BLANK: Blank -> skip;
FILE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- one attribute path
mode ATTRIBUTE_PATH;

ATTRIBUTE_NAME: Attribute -> type(ATTRIBUTE);
ATTRIBUTE_BLANK: Blank -> skip;
ATTRIBUTE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after ATTR: the comma list is one token
mode ATTRIBUTE_LIST;

ATTRIBUTE_LIST_NAMES: Attribute (Space* ',' Space* Attribute)* -> type(ATTRIBUTES);
ATTRIBUTE_LIST_BLANK: Blank -> skip;
ATTRIBUTE_LIST_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- left side of a comparison
mode LEFT_SIDE;

LEFT_SIDE_PATH: (DashName ':')? Attribute -> type(OPERAND);
LEFT_SIDE_LPAR: '(' -> type(LPAR);
LEFT_SIDE_LSQB: '[' -> type(LSQB);
LEFT_SIDE_BLANK: Blank -> skip;
LEFT_SIDE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- operator of a comparison
mode OPERATOR;

COMPARE: '=' | '==' | '!=' | '<' | '<=' | '>' | '>=';
IN: I N;
LIKE: L I K E;
MATCHES: M A T C H E S;
ISSUBSET: I S S U B S E T;
ISSUPERSET: I S S U P E R S E T;
IS: I S;
NOT: N O T;
NULL: N U L L;
OPERATOR_BLANK: Blank -> skip;
OPERATOR_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- right side of a comparison, value of an argument
mode RIGHT_SIDE;

RIGHT_SIDE_STRING: 'r'? Quoted -> type(STRING);
// An empty text directly followed by its own quote is no string.
RIGHT_SIDE_TRIPLE: 'r'? ('"""' | '\'\'\'') -> type(UNEXPECTED);
RIGHT_SIDE_NUMBER: Number -> type(NUMBER);
RIGHT_SIDE_WORD: DashName -> type(WORD);
RIGHT_SIDE_LPAR: '(' -> type(LPAR);
RIGHT_SIDE_LSQB: '[' -> type(LSQB);
RIGHT_SIDE_BLANK: Blank -> skip;
RIGHT_SIDE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after LIMIT, OFFSET, LAST and in BIN
mode COUNT_OF;

COUNT_OF_INTEGER: Digit+ -> type(INTEGER);
COUNT_OF_BLANK: Blank -> skip;
COUNT_OF_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- unit of a duration
mode UNIT;

DAYS: D A Y S | D A Y | D;
HOURS: H O U R S | H O U R | H;
MINUTES: M I N U T E S | M I N U T E | M;
SECONDS: S E C O N D S | S E C O N D | S;
UNIT_RPAR: ')' -> type(RPAR);
UNIT_BLANK: Blank -> skip;
UNIT_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after START and STOP
mode TIME;

TIMESTAMP: Digit Digit Digit Digit '-' [01] Digit '-' [0-3] Digit
           'T' [0-2] Digit ':' [0-5] Digit ':' [0-5] Digit ('.' Digit+)? 'Z';
SINGLE_QUOTE: '\'';
DOUBLE_QUOTE: '"';
T_SINGLE_QUOTE: 't\'';
T_DOUBLE_QUOTE: 't"';
TIME_BLANK: Blank -> skip;
TIME_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after WITH of GROUP
mode AGGREGATE;

MIN: M I N;
MAX: M A X;
SUM: S U M;
AVG: A V G;
COUNT: C O U N T;
NUNIQUE: N U N I Q U E;
AGGREGATE_BLANK: Blank -> skip;
AGGREGATE_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- after `[` of NEW; a list of texts is one token
mode DATA;

TEXTS: Quoted (Space* ',' Space* Quoted)*;
LBRACE: '{';
DATA_BLANK: Blank -> skip;
DATA_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- inside the objects of NEW
mode OBJECT;

OBJECT_QUOTED: Quoted -> type(QUOTED);
OBJECT_NUMBER: '-'? Number -> type(NUMBER);
TRUE: T R U E;
FALSE: F A L S E;
OBJECT_NULL: N U L L -> type(NULL);
COLON: ':';
OBJECT_COMMA: ',' -> type(COMMA);
OBJECT_LBRACE: '{' -> type(LBRACE);
RBRACE: '}';
OBJECT_LSQB: '[' -> type(LSQB);
OBJECT_RSQB: ']' -> type(RSQB);
OBJECT_BLANK: Blank -> skip;
OBJECT_UNEXPECTED: . -> type(UNEXPECTED);

// ---------------------------------------------------------------- fragments

fragment Letter: [A-Za-z];
fragment Digit: [0-9];
fragment NameStart: Letter | '_';
fragment NamePart: Letter | Digit | '_';
fragment DashName: NameStart (NamePart | '-')*;
fragment Attribute: DashName '[*]'? ('.' (NamePart | '-' | '\'')+)*;
fragment Path: (DashName '://')? (NamePart | '-' | '.' | '/')+;
fragment Quoted: '"' (~["\\\n] | '\\' ~[\n])* '"' | '\'' (~['\\\n] | '\\' ~[\n])* '\'';
fragment Exponent: [eE] [+-]? Digit+;
fragment Number: Digit+ Exponent? | Digit+ '.' Digit* Exponent? | '.' Digit+ Exponent?;
fragment Space: [ \t\f\r\n];
fragment Blank: (Space | '#' ~[\n]*)+;

fragment A: [aA];
fragment B: [bB];
fragment C: [cC];
fragment D: [dD];
fragment E: [eE];
fragment F: [fF];
fragment G: [gG];
fragment H: [hH];
fragment I: [iI];
fragment K: [kK];
fragment L: [lL];
fragment M: [mM];
fragment N: [nN];
fragment O: [oO];
fragment P: [pP];
fragment Q: [qQ];
fragment R: [rR];
fragment S: [sS];
fragment T: [tT];
fragment U: [uU];
fragment V: [vV];
fragment W: [wW];
fragment X: [xX];
fragment Y: [yY];
