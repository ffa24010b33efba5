/**
 * A relation that records assert by what they report, where Kestrel 1.8 has none: `FIND file DELETED BY p`. It holds
 * between the two entities that a record mentions in these roles, when its event has one of these actions.
 */
export interface ExtendedRelation {
  readonly subject: string;
  readonly relation: string;
  readonly object: string;
  /** Slots of the record that the two sides are mentioned in: who acted, and what was acted upon. */
  readonly roles: { readonly subject: string; readonly object: string };
  /** `action` of the record's event. */
  readonly actions: readonly string[];
}

/**
 * What sensors call an operation: SysFlow, Sysmon by the names of its events, then what Elastic's agents and auditd
 * write. SysFlow knows no creation of a file, only that one was opened and written.
 */
const FILE_ACTIONS = {
  created: ['directory-create', 'File created', 'File stream created', 'Pipe Created', 'creation', 'created'],
  read: [
    'file-access-read',
    'file-access-read-write',
    'RawAccessRead detected',
    'Pipe Connected',
    'open',
    'opened-file',
  ],
  updated: [
    'file-access-write',
    'file-access-read-write',
    'file-rename',
    'file-link',
    'File creation time changed',
    'modification',
    'overwrite',
    'rename',
    'updated',
  ],
  deleted: ['file-delete', 'directory-delete', 'File Delete archived', 'File Delete logged', 'deletion', 'deleted'],
} as const;

/** Event 12 tells creation from deletion in a field that some shippers overwrite; only values that were set are sure. */
const REGISTRY_ACTIONS = { updated: ['Registry value set', 'Registry object renamed'] } as const;

const PROCESS_ACTIONS = { opened: ['Process accessed'], injected: ['CreateRemoteThread detected'] } as const;

/** Kestrel 2's words for files and registry keys, OCSF's for what a process does to another one. */
export const EXTENDED_RELATIONS: readonly ExtendedRelation[] = [
  ...relations('process', 'process', 'file', 'file', FILE_ACTIONS),
  ...relations('user-account', 'user', 'file', 'file', FILE_ACTIONS),
  ...relations('process', 'process', 'windows-registry-key', 'registry', REGISTRY_ACTIONS),
  ...relations('user-account', 'user', 'windows-registry-key', 'registry', REGISTRY_ACTIONS),
  ...relations('process', 'process', 'process', 'target-process', PROCESS_ACTIONS),
];

const WORDS = [...new Set(EXTENDED_RELATIONS.map((each) => each.relation))].sort();

/** The relation words that only extended relations have, and those that they share with others, lower case. */
export function extendedWords(): readonly string[] {
  return WORDS;
}

/** The extended relation `subject RELATION object`, the word in any case. */
export function extendedRelation(subject: string, relation: string, object: string): ExtendedRelation | undefined {
  const word = relation.toLowerCase();
  return EXTENDED_RELATIONS.find(
    (each) => each.subject === subject && each.relation === word && each.object === object,
  );
}

function relations(
  subject: string,
  subjectRole: string,
  object: string,
  objectRole: string,
  actions: Readonly<Record<string, readonly string[]>>,
): ExtendedRelation[] {
  return Object.entries(actions).map(([relation, names]) => ({
    subject,
    relation,
    object,
    roles: { subject: subjectRole, object: objectRole },
    actions: names,
  }));
}
