import type { RelationDefinition } from './catalogue.ts';

/** `FIND x LINKED y`: both occur in the same record, whatever their types. Walks no reference. */
export const LINKED = 'linked';

/**
 * The named relations, as `subject relation object`. `owner` tells which side holds the reference attribute. Every
 * reference listed counts (deviation D8), where Kestrel follows the first one that its store has a column for.
 */
export const RELATIONS = [
  {
    subject: 'process',
    relation: 'created',
    object: 'process',
    references: [{ owner: 'object', reference: 'parent_ref' }],
  },
  {
    subject: 'process',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'subject', reference: 'opened_connection_refs' }],
  },
  {
    subject: 'process',
    relation: 'loaded',
    object: 'file',
    references: [{ owner: 'subject', reference: 'binary_ref' }],
  },
  {
    subject: 'user-account',
    relation: 'owned',
    object: 'process',
    references: [{ owner: 'object', reference: 'creator_user_ref' }],
  },
  {
    subject: 'ipv4-addr',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'src_ref' }],
  },
  {
    subject: 'ipv6-addr',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'src_ref' }],
  },
  {
    subject: 'mac-addr',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'src_ref' }],
  },
  {
    subject: 'domain-name',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'src_ref' }],
  },
  {
    subject: 'artifact',
    relation: 'created',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'src_payload_ref' }],
  },
  {
    subject: 'ipv4-addr',
    relation: 'accepted',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'dst_ref' }],
  },
  {
    subject: 'ipv6-addr',
    relation: 'accepted',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'dst_ref' }],
  },
  {
    subject: 'mac-addr',
    relation: 'accepted',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'dst_ref' }],
  },
  {
    subject: 'domain-name',
    relation: 'accepted',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'dst_ref' }],
  },
  {
    subject: 'artifact',
    relation: 'accepted',
    object: 'network-traffic',
    references: [{ owner: 'object', reference: 'dst_payload_ref' }],
  },
  {
    // Kestrel's own table: the reference points from the container side, against the English word, and is tried on
    // either side. So the relation holds both ways here.
    subject: 'network-traffic',
    relation: 'contained',
    object: 'network-traffic',
    references: [
      { owner: 'subject', reference: 'encapsulated_by_ref' },
      { owner: 'object', reference: 'encapsulated_by_ref' },
    ],
  },
  {
    subject: 'directory',
    relation: 'contained',
    object: 'file',
    references: [
      { owner: 'subject', reference: 'contains_refs' },
      { owner: 'object', reference: 'parent_directory_ref' },
    ],
  },
  {
    subject: 'directory',
    relation: 'contained',
    object: 'directory',
    references: [{ owner: 'subject', reference: 'contains_refs' }],
  },
  {
    subject: 'archive-ext',
    relation: 'contained',
    object: 'file',
    references: [{ owner: 'subject', reference: 'contains_refs' }],
  },
  {
    subject: 'file',
    relation: 'contained',
    object: 'artifact',
    references: [{ owner: 'subject', reference: 'content_ref' }],
  },
  {
    subject: 'user-account',
    relation: 'owned',
    object: 'email-addr',
    references: [{ owner: 'object', reference: 'belongs_to_ref' }],
  },
  {
    subject: 'email-addr',
    relation: 'created',
    object: 'email-message',
    references: [
      { owner: 'object', reference: 'from_ref' },
      { owner: 'object', reference: 'sender_ref' },
    ],
  },
  {
    subject: 'email-addr',
    relation: 'accepted',
    object: 'email-message',
    references: [
      { owner: 'object', reference: 'to_refs' },
      { owner: 'object', reference: 'cc_refs' },
      { owner: 'object', reference: 'bcc_refs' },
    ],
  },
  {
    subject: 'autonomous-system',
    relation: 'owned',
    object: 'ipv4-addr',
    references: [{ owner: 'object', reference: 'belongs_to_refs' }],
  },
  {
    subject: 'autonomous-system',
    relation: 'owned',
    object: 'ipv6-addr',
    references: [{ owner: 'object', reference: 'belongs_to_refs' }],
  },
  {
    subject: 'windows-service-ext',
    relation: 'loaded',
    object: 'file',
    references: [{ owner: 'subject', reference: 'service_dll_refs' }],
  },
  {
    subject: 'windows-service-ext',
    relation: 'loaded',
    object: 'user-account',
    references: [{ owner: 'subject', reference: 'creator_user_ref' }],
  },
] as const satisfies readonly RelationDefinition[];

const WORDS = [LINKED, ...new Set(RELATIONS.map((each) => each.relation))].sort();

const BY_TRIPLE: ReadonlyMap<string, RelationDefinition> = new Map(
  RELATIONS.map((each) => [`${each.subject} ${each.relation} ${each.object}`, each]),
);

/** The relation words, lower case, `linked` included. */
export function relationWords(): readonly string[] {
  return WORDS;
}

/**
 * The definition of `subject RELATION object`, the word in any case. `linked` holds between any two types and walks
 * no reference. Undefined where the triple is not in the table.
 */
export function relationsBetween(subject: string, relation: string, object: string): RelationDefinition | undefined {
  const word = relation.toLowerCase();
  if (word === LINKED) return { subject, relation: word, object, references: [] };
  return BY_TRIPLE.get(`${subject} ${word} ${object}`);
}

/** Named relations that have `type` on the given side (on either, where none is given); for hints. */
export function relationsOf(type: string, side?: 'subject' | 'object'): readonly RelationDefinition[] {
  return RELATIONS.filter(
    (each) => (side !== 'object' && each.subject === type) || (side !== 'subject' && each.object === type),
  );
}
