import type { Severity } from './diagnostic.ts';
import type { DiagnosticCode, DiagnosticParameters, Suggested } from './diagnostic-parameters.ts';

interface DiagnosticEntry<P> {
  readonly severity: Severity;
  /** One line for the documentation: when it is reported. */
  readonly meaning: string;
  /** A short text that has this problem and no other; absent where only a long one has it. */
  readonly example?: string;
  readonly message: (parameters: P) => string;
  readonly hint: (parameters: P) => string | undefined;
}

const didYouMean = ({ suggestion }: Suggested): string | undefined =>
  suggestion === undefined ? undefined : `Did you mean ${suggestion}?`;

function anyOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'nothing';
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function expecting(expected: readonly string[]): string {
  return expected.length === 0 ? '' : `: expected ${anyOf(expected)}`;
}

/** Every diagnostic of the language, in the order of the documentation. */
export const diagnosticTable: { readonly [C in DiagnosticCode]: DiagnosticEntry<DiagnosticParameters[C]> } = {
  'syntax-unexpected': {
    severity: 'error',
    meaning: 'A word or sign stands where the statement cannot go on with it.',
    example: "x = NEW process ['sh'] DISP x WHERE pid = -3",
    message: ({ found, expected }) => `unexpected ${found}${expecting(expected)}`,
    hint: ({ advice }) => advice,
  },
  'syntax-character': {
    severity: 'error',
    meaning: 'A character that no part of the language begins with, outside of texts and comments.',
    example: "x = NEW process ['sh'] ? DISP x",
    message: ({ found, expected }) => `unexpected character ${found}${expecting(expected)}`,
    hint: ({ advice }) => advice,
  },
  'syntax-end': {
    severity: 'error',
    meaning: 'The text ends in the middle of a statement.',
    example: 'x = GET process FROM stixshifter://host WHERE',
    message: ({ expected }) => `the text ends in the middle of a statement${expecting(expected)}`,
    hint: ({ advice }) => advice,
  },
  'syntax-nesting': {
    severity: 'error',
    meaning: 'Parentheses and brackets are nested too deeply.',
    message: ({ limit }) => `more than ${limit} parentheses and brackets are open here`,
    hint: () => 'Split the pattern into several statements.',
  },
  'syntax-escape': {
    severity: 'error',
    meaning: 'A `\\x`, `\\u`, `\\U` or `\\N` escape in a quoted text is incomplete (deviation D1).',
    example: "x = NEW process ['C:\\Users\\bob']",
    message: ({ escape }) => `malformed escape ${escape} in a quoted text`,
    hint: () => "Write the backslash twice, or put r before the quote: r'C:\\Users'.",
  },
  'syntax-timestamp': {
    severity: 'error',
    meaning: 'A timestamp has the right shape but no such date or time of day exists.',
    example:
      'x = GET process FROM stixshifter://host WHERE pid = 1 START 2022-13-01T00:00:00Z STOP 2023-01-01T00:00:00Z',
    message: ({ timestamp }) => `${timestamp} is no date and time that exists`,
    hint: () => 'Write YYYY-MM-DDTHH:MM:SS[.fraction]Z, in UTC.',
  },
  'syntax-source-missing': {
    severity: 'error',
    meaning: 'GET without FROM, and no GET before it names a data source to go on with.',
    example: "x = GET process WHERE name = 'sh'",
    message: ({ type }) => `GET ${type} does not say FROM which data source`,
    hint: () => 'Add FROM and a source, for example FROM stixshifter://container1.',
  },
  'text-too-large': {
    severity: 'error',
    meaning: 'The huntflow is longer than a huntflow may be; it is not read.',
    message: ({ length, limit }) =>
      `the text has ${length} characters, more than the ${limit} that a huntflow may have`,
    hint: () => 'Split it into several hunts, or LOAD long lists from a file.',
  },
  'list-too-long': {
    severity: 'error',
    meaning: 'A list of values, rows or names has more members than a huntflow may write out.',
    message: ({ length, limit }) => `a list of ${length} members; at most ${limit} can be written in a huntflow`,
    hint: () => 'LOAD them from a file into a variable and refer to its attribute.',
  },
  'number-too-large': {
    severity: 'error',
    meaning: 'A number that cannot be represented.',
    example: "x = NEW process ['sh'] DISP x LIMIT 99999999999999999999",
    message: ({ number }) => `the number ${number} is too large`,
    hint: () => undefined,
  },
  'escape-character-name': {
    severity: 'error',
    meaning: 'A character is written by its Unicode name.',
    example: "x = NEW process ['\\N{BULLET}']",
    message: ({ escape }) => `characters cannot be written by name: ${escape}`,
    hint: () => 'Write the character itself, or its code as \\uXXXX.',
  },
  'too-many-diagnostics': {
    severity: 'info',
    meaning: 'The text has more problems than are listed.',
    message: ({ limit }) => `more than ${limit} problems; the rest is not listed`,
    hint: () => undefined,
  },
  'variable-unknown': {
    severity: 'error',
    meaning: 'A variable is used that no statement before binds.',
    example: "x = NEW process ['sh'] DISP y",
    message: ({ name }) => `variable ${name} does not exist`,
    hint: (parameters) => didYouMean(parameters),
  },
  'attribute-unknown': {
    severity: 'error',
    meaning:
      'An attribute that the entity type does not have (deviation D9; `x_…`, extensions and unknown types pass).',
    example: "x = NEW process ['sh'] DISP x ATTR commandline",
    message: ({ attribute, type }) => `${type} has no attribute ${attribute}`,
    hint: (parameters) => didYouMean(parameters),
  },
  'type-unknown': {
    severity: 'warning',
    meaning: 'An entity type that nothing delivers; the result is empty.',
    example: "x = GET proces FROM stixshifter://host WHERE name = 'sh'",
    message: ({ type }) => `unknown entity type ${type}: nothing will be found`,
    hint: (parameters) => didYouMean(parameters),
  },
  'relation-unknown': {
    severity: 'error',
    meaning: 'FIND with a word that is no relation.',
    example: "x = NEW process ['sh'] y = FIND process SPAWNED x",
    message: ({ relation }) => `unknown relation ${relation}`,
    hint: ({ suggestion, words }) => didYouMean({ suggestion }) ?? `Relations are ${anyOf(words)}.`,
  },
  'relation-extended': {
    severity: 'error',
    meaning: 'FIND with a relation that Kestrel 1.8 lacks, in a hunt that keeps to it.',
    example: "x = NEW process ['sh'] y = FIND file CREATED BY x",
    message: ({ triple }) => `${triple} is an extended relation, which Kestrel 1.8 does not have`,
    hint: () =>
      'Write relations: extended into the hunt file to use it; LINKED finds entities that occur in the same record.',
  },
  'relation-unsupported': {
    severity: 'error',
    meaning: 'FIND with a relation that does not hold between the two entity types.',
    example: "x = NEW process ['sh'] y = FIND user-account CREATED BY x",
    message: ({ triple }) => `unsupported relation ${triple}`,
    hint: ({ possible }) =>
      possible.length === 0
        ? 'LINKED finds entities that occur in the same record.'
        : `Possible are ${anyOf(possible)}; LINKED finds entities that occur in the same record.`,
  },
  'merge-types': {
    severity: 'error',
    meaning: 'The variables of a merge hold different entity types.',
    example: "x = NEW process ['sh'] y = NEW file ['/bin/sh'] z = x + y",
    message: ({ types }) => `variables of different entity types cannot be merged: ${types.join(', ')}`,
    hint: () => undefined,
  },
  'get-variable-type': {
    severity: 'error',
    meaning: 'GET from a variable asks for another entity type than the variable holds.',
    example: "x = NEW process ['sh'] y = GET file FROM x WHERE name = 'sh'",
    message: ({ type, variable, variableType }) => `GET ${type} FROM ${variable}: ${variable} holds ${variableType}`,
    hint: ({ type, variable }) => `Use FIND ${type} LINKED ${variable} for related entities.`,
  },
  'pattern-list-operator': {
    severity: 'error',
    meaning: 'A list of several values with an operator other than IN or NOT IN.',
    example: "x = NEW process ['sh'] y = x WHERE pid = (1, 2)",
    message: ({ operator }) => `a list should be paired with the operator "IN", not ${operator}`,
    hint: () => 'Write IN or NOT IN.',
  },
  'pattern-scalar-in': {
    severity: 'error',
    meaning: 'IN or NOT IN with a single value that is no list and no reference.',
    example: "x = NEW process ['sh'] y = x WHERE name IN 'sh'",
    message: ({ operator }) => `${operator} needs a list or a reference to a variable's attribute`,
    hint: () => "Put the value in parentheses: IN ('a').",
  },
  'pattern-extended-on-variable': {
    severity: 'error',
    meaning: 'A pattern over a variable compares another entity type: its records are no longer at hand.',
    example: "x = NEW process ['sh'] y = x WHERE file:name = 'sh'",
    message: ({ type, center }) => `a pattern over a variable of ${center} cannot look at ${type}`,
    hint: () => 'Compare it in the GET or FIND that fills the variable.',
  },
  'pattern-regular-expression': {
    severity: 'error',
    meaning: 'A regular expression that is malformed, too long, or cannot be matched in bounded time.',
    example: "x = NEW process ['sh'] y = x WHERE name MATCHES '(?=sh)'",
    message: ({ problem }) => `the regular expression ${problem}`,
    hint: () => 'See the section on regular expressions in the language guide.',
  },
  'pattern-network': {
    severity: 'error',
    meaning: 'ISSUBSET or ISSUPERSET with something that is no address or network.',
    example: "x = NEW ipv4-addr ['10.0.0.1'] y = x WHERE value ISSUBSET '10.0.0.0/40'",
    message: ({ operator, value }) => `${operator} needs an address or network, not '${value}'`,
    hint: () => "Write it like '192.168.0.0/16' or '2001:db8::/32'.",
  },
  'source-schemes': {
    severity: 'error',
    meaning: 'The sources of one GET have different schemes.',
    example: "x = GET process FROM stixshifter://host,kafka://live WHERE name = 'sh'",
    message: ({ schemes }) => `one GET reads sources of one scheme, not ${schemes.join(' and ')}`,
    hint: () => 'Write one GET per scheme and merge the results.',
  },
  'source-empty': {
    severity: 'error',
    meaning: 'A source after FROM has no name.',
    example: 'x = GET process FROM "stixshifter://" WHERE name = \'sh\'',
    message: ({ source }) => `the data source "${source}" has no name`,
    hint: () => 'Write scheme://name.',
  },
  'timespan-reversed': {
    severity: 'warning',
    meaning: 'STOP is earlier than START; nothing can match.',
    example:
      'x = GET process FROM stixshifter://host WHERE pid = 1 START 2023-01-01T00:00:00Z STOP 2022-01-01T00:00:00Z',
    message: () => 'STOP is earlier than START: nothing will match',
    hint: () => 'Swap the two times.',
  },
  'timespan-ignored': {
    severity: 'warning',
    meaning: 'A time span on GET from a variable has no effect.',
    example: "x = NEW process ['sh'] y = GET process FROM x WHERE pid = 1 LAST 5 DAYS",
    message: ({ variable }) => `the time span has no effect: ${variable} is already settled`,
    hint: () => 'Put the time span on the GET or FIND that fills the variable.',
  },
  'new-type-missing': {
    severity: 'error',
    meaning: 'NEW without an entity type.',
    example: "x = NEW ['sh']",
    message: () => 'NEW does not say which entity type its data have',
    hint: () => 'Write NEW process […], or give each object a "type".',
  },
  'new-type-mixed': {
    severity: 'error',
    meaning: 'The objects of one NEW have different entity types.',
    example: "x = NEW [{'type': 'process', 'name': 'sh'}, {'type': 'file', 'name': 'sh'}]",
    message: ({ types }) => `there are more than one entity types in the data: ${types.join(', ')}`,
    hint: () => 'Write one NEW per entity type.',
  },
  'analytic-unknown': {
    severity: 'error',
    meaning: 'APPLY of an analytic of Windhover that there is not.',
    example: "x = NEW process ['sh'] APPLY windhover://rareness ON x",
    message: ({ analytic }) => `there is no analytic ${analytic}`,
    hint: ({ suggestion, known }) =>
      suggestion === undefined ? `There are ${anyOf(known)}.` : `Did you mean ${suggestion}?`,
  },
  'analytic-scheme': {
    severity: 'error',
    meaning: 'APPLY with a scheme that no analytics have.',
    example: "x = NEW process ['sh'] APPLY ftp://rarity ON x",
    message: ({ scheme }) => `no analytics are called by ${scheme}://`,
    hint: ({ known }) => `Write ${anyOf(known.map((each) => `${each}://`))}.`,
  },
  'join-without-by': {
    severity: 'error',
    meaning: 'JOIN without BY.',
    example: "x = NEW process ['sh'] y = NEW process ['sh'] z = JOIN x, y",
    message: () => 'JOIN does not say BY which attributes',
    hint: () => 'Add BY and one attribute of each variable: JOIN a, b BY pid, parent_ref.pid.',
  },
  'group-bin-size': {
    severity: 'error',
    meaning: 'BIN with size 0.',
    example: "x = NEW process ['sh'] y = GROUP x BY BIN(pid, 0)",
    message: () => 'the size of a bin must be at least 1',
    hint: () => undefined,
  },
  'group-column-twice': {
    severity: 'error',
    meaning: 'Two columns of a GROUP have one name: a key and an aggregate, or two aggregates.',
    example: "x = NEW process ['sh'] y = GROUP x BY pid WITH MIN(name) AS pid",
    message: ({ column }) => `two columns of this GROUP are called ${column}`,
    hint: () => 'Give one of them another name with AS.',
  },
  'group-not-numbers': {
    severity: 'warning',
    meaning: 'SUM or AVG of an attribute that holds no numbers: only texts that are decimal numbers count.',
    example: "x = NEW process ['sh'] y = GROUP x BY pid WITH SUM(name)",
    message: ({ aggregate, attribute, kind }) =>
      `${aggregate} adds numbers, and ${attribute} is a ${kind}: values that are no numbers are left out`,
    hint: () => 'COUNT and NUNIQUE count values of any kind; MIN and MAX order them.',
  },
  'transform-on-rows': {
    severity: 'error',
    meaning: 'TIMESTAMPED, ADDOBSID or RECORDS of a grouped or joined variable: its rows stand for no records.',
    example: "x = NEW process ['sh'] y = GROUP x BY name DISP TIMESTAMPED(y)",
    message: ({ transform, variable }) => `${transform} needs entities, and ${variable} holds rows without records`,
    hint: () => 'Apply it to the variable before grouping or joining.',
  },
  'find-on-rows': {
    severity: 'warning',
    meaning: 'FIND from a grouped variable: its rows are no entities, so nothing is found.',
    example: "x = NEW process ['sh'] y = GROUP x BY name z = FIND process CREATED BY y",
    message: ({ variable }) => `${variable} holds grouped rows, not entities: nothing will be found`,
    hint: () => 'FIND from the variable that was grouped.',
  },
  'analytic-input': {
    severity: 'error',
    meaning: 'APPLY of a built-in analytic on several variables, or on entities of a type that it does not take.',
    example: "x = NEW process ['sh'] APPLY beaconing ON x",
    message: ({ analytic, types }) =>
      types.length === 0
        ? `${analytic} takes one variable`
        : `${analytic} takes ${types.join(' or ')} and nothing else`,
    hint: ({ types }) => (types.length === 0 ? 'Write an APPLY for each variable.' : undefined),
  },
  'analytic-argument': {
    severity: 'error',
    meaning: 'APPLY … WITH an argument that the analytic does not have.',
    example: "x = NEW process ['sh'] APPLY rarity ON x WITH bye=name",
    message: ({ analytic, argument }) => `${analytic} has no argument ${argument}`,
    hint: ({ known, suggestion }) =>
      suggestion === undefined ? `It takes: ${known.join(', ')}.` : `Did you mean ${suggestion}?`,
  },
  'analytic-argument-missing': {
    severity: 'error',
    meaning: 'APPLY without an argument that the analytic needs for this type, or with a value that is no number.',
    example: "x = NEW process ['sh'] APPLY ioc-match ON x",
    message: ({ analytic, argument }) => `${analytic} needs a value for ${argument}`,
    hint: ({ argument, kind }) =>
      kind === 'number'
        ? `Write WITH ${argument}=5.`
        : kind === 'attributes'
          ? `Write WITH ${argument}=name, or several attributes: ${argument}=[name, pid].`
          : `Write WITH ${argument}=['one', 'another'], or an attribute of a variable: ${argument}=x.value.`,
  },
  'file-format': {
    severity: 'error',
    meaning: 'LOAD or SAVE with a file name whose ending tells no known format.',
    example: "x = NEW process ['sh'] SAVE x TO processes.xlsx",
    message: ({ path }) =>
      /\.(?:parquet|json|csv|ndjson|jsonl)(?:\.\w+)?$/i.test(path)
        ? `${path} is in a format that this version neither reads nor writes`
        : `the ending of ${path} tells no format that can be read or written`,
    hint: () => 'Supported are .csv, .json, .ndjson and .jsonl, each also with .gz after it.',
  },
  'file-remote': {
    severity: 'error',
    meaning: 'LOAD or SAVE with a place that is no file of this machine.',
    example: 'x = LOAD "https://example.com/hosts.csv" AS ipv4-addr',
    message: ({ path }) => `${path} is no file: LOAD reads and SAVE writes files of this machine`,
    hint: () => 'Fetch it first, and name the file.',
  },
  'load-unreadable': {
    severity: 'error',
    meaning: 'LOAD of a file that cannot be read, or is no table; reported by commands that run or explain the hunt.',
    example: 'x = LOAD missing.csv AS process',
    message: ({ path, problem }) => `${path} cannot be loaded: ${problem}`,
    hint: ({ hint }) => hint,
  },
  'load-type-missing': {
    severity: 'error',
    meaning: 'LOAD of a file without a column type, and without AS.',
    example: 'x = LOAD untyped.csv',
    message: ({ isEmpty }) =>
      isEmpty ? 'the file has no rows that tell their entity type' : 'neither the file nor AS tells the entity type',
    hint: () => 'Write LOAD … AS and the type, or give the file a column type.',
  },
  'load-type-mixed': {
    severity: 'error',
    meaning: 'LOAD of a file whose column type holds different types.',
    example: 'x = LOAD mixed.csv',
    message: ({ types, line }) =>
      `the file holds entities of several types: ${types.join(', and in line ' + String(line) + ' ')}`,
    hint: () => 'A variable has one type: split the file.',
  },
  'load-column-twice': {
    severity: 'error',
    meaning: 'LOAD of a file in which two columns mean the same attribute.',
    example: 'x = LOAD twice.csv AS process',
    message: ({ first, second, column }) => `the columns ${first} and ${second} are both the attribute ${column}`,
    hint: () => 'Leave one of them out of the file.',
  },
};
