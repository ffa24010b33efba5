import { describe, expect, it } from 'vitest';
import { listedReference } from './reference-of.ts';
import { RELATIONS, relationsBetween, relationsOf, relationWords } from './relations.ts';

describe('relations', () => {
  it('are 26 named triples', () => {
    expect(RELATIONS).toHaveLength(26);
    expect(new Set(RELATIONS.map((each) => `${each.subject} ${each.relation} ${each.object}`)).size).toBe(26);
  });

  it.each(RELATIONS.map((each) => [`${each.subject} ${each.relation} ${each.object}`, each] as const))(
    '%s walks references that exist and lead to the other side',
    (_, relation) => {
      expect(relation.references.length).toBeGreaterThan(0);
      for (const { owner, reference } of relation.references) {
        const [from, to] =
          owner === 'subject' ? [relation.subject, relation.object] : [relation.object, relation.subject];
        expect(listedReference(from, reference)?.target, `${from}.${reference}`).toContain(to);
      }
    },
  );

  it.each([
    ['process', 'created', 'process', [['object', 'parent_ref']]],
    ['process', 'created', 'network-traffic', [['subject', 'opened_connection_refs']]],
    ['process', 'loaded', 'file', [['subject', 'binary_ref']]],
    ['user-account', 'owned', 'process', [['object', 'creator_user_ref']]],
    ['ipv6-addr', 'accepted', 'network-traffic', [['object', 'dst_ref']]],
    ['artifact', 'created', 'network-traffic', [['object', 'src_payload_ref']]],
    ['directory', 'contained', 'directory', [['subject', 'contains_refs']]],
    [
      'directory',
      'contained',
      'file',
      [
        ['subject', 'contains_refs'],
        ['object', 'parent_directory_ref'],
      ],
    ],
    [
      'email-addr',
      'accepted',
      'email-message',
      [
        ['object', 'to_refs'],
        ['object', 'cc_refs'],
        ['object', 'bcc_refs'],
      ],
    ],
  ])('%s %s %s', (subject, relation, object, references) => {
    const found = relationsBetween(subject, relation.toUpperCase(), object);
    expect(found?.references.map((each) => [each.owner, each.reference])).toEqual(references);
  });

  it.each([
    ['user-account', 'owned', 'network-traffic'],
    ['network-traffic', 'created', 'process'],
    ['process', 'created', 'file'],
    ['process', 'married', 'process'],
  ])('%s %s %s is none', (subject, relation, object) => {
    expect(relationsBetween(subject, relation, object)).toBeUndefined();
  });

  it('link any two types by the record, over no reference', () => {
    expect(relationsBetween('mutex', 'LINKED', 'x-unheard-of')?.references).toEqual([]);
  });

  it('have six words', () => {
    expect(relationWords()).toEqual(['accepted', 'contained', 'created', 'linked', 'loaded', 'owned']);
  });

  it('can be listed by side', () => {
    expect(relationsOf('user-account', 'object').map((each) => each.subject)).toEqual(['windows-service-ext']);
    expect(relationsOf('user-account', 'subject').map((each) => each.object)).toEqual(['process', 'email-addr']);
    expect(relationsOf('user-account')).toHaveLength(3);
  });
});
