import { environmentAttributes, recordAttributes } from './attribute-of.ts';
import type { AttributeDefinition, EntityTypeDefinition, RelationDefinition } from './catalogue.ts';
import { ecsNames } from './ecs-names.ts';
import { ECS_ROLES } from './ecs-roles.ts';
import { entityTypes } from './entity-type.ts';
import { markdownTable } from './markdown-table.ts';
import { EXTENDED_RELATIONS, type ExtendedRelation } from './extended-relations.ts';
import { RELATIONS } from './relations.ts';

const INTRODUCTION = `# Catalogue

What hunts can name: entity types, their attributes and references, relations, and ECS field names. This page is made
from the data in \`src/catalogue\` by \`scripts/catalogue-doc.mjs\`; change it there.

A path is an attribute, or references followed by an attribute: \`name\`, \`parent_ref.name\`,
\`opened_connection_refs[*].dst_ref.value\`. References can be followed to any depth. \`[*]\` may be written after a
reference or attribute that begins the path and is a list; a comparison then holds if it holds for some element, and it
means the same without it. Quotes around a segment (\`hashes.'SHA-256'\`) may be left out. An ECS field name can stand
for a path; in a pattern it means the entity of the record that this field describes.

Names that begin with \`x_\`, names below \`extensions\`, and everything on types that begin with \`x-\` or are not listed
here are taken as they are, and are null where no record has them. Any other unknown attribute is an error.`;

const EXTENDED = `FIND knows these in hunt files that say \`relations: extended\`; Kestrel 1.8 lacks them. A record asserts one where its
event has one of the actions, between the process or account that acted and what it acted on. The words are those of
Kestrel 2 and, between processes, of OCSF.`;

/** The text of `docs/catalogue.md`, made from the catalogue's data alone. */
export function catalogueDocument(): string {
  const sections = [
    INTRODUCTION,
    '## Entity types',
    'The primary attribute is what a text in `NEW type ["…"]` fills. Identity says when two mentions are one entity.',
    markdownTable(
      ['Type', 'Primary', 'Identity'],
      entityTypes().map((each) => [code(each.type), code(each.primary), each.identity]),
    ),
    'Attributes marked _on request_ are taken in only where a hunt names them; `DISP` without `ATTR` leaves them out.',
    ...entityTypes().flatMap(typeSections),
    '## Attributes of every entity',
    'Where the records that mention an entity come from:',
    attributeTable(environmentAttributes(), ecsByName()),
    'Kept by the engine:',
    attributeTable(recordAttributes(), new Map()),
    '## Relations',
    'All references listed count. Besides these, `FIND a LINKED b` joins any two types that occur in the same record.',
    markdownTable(['Subject', 'Relation', 'Object', 'Resolved through'], RELATIONS.map(relationRow)),
    '## Extended relations',
    EXTENDED,
    markdownTable(['Subject', 'Relation', 'Object', 'Asserted by the actions'], EXTENDED_RELATIONS.map(extendedRow)),
    '## ECS field names',
    'By the entity of a record that they describe (its role). The path is that from the type in the heading.',
    ...ECS_ROLES.flatMap((role) => [
      `### Role \`${role.role}\` (\`${role.type}\`): ${role.description}`,
      markdownTable(
        ['ECS field', 'Path', 'From other types'],
        ecsNames()
          .filter((each) => each.role === role.role)
          .map((each) => [code(each.ecs), code(each.path), otherViews(each)]),
      ),
    ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function extendedRow({ subject, relation, object, actions }: ExtendedRelation): string[] {
  return [code(subject), code(relation), code(object), actions.map(code).join(', ')];
}

function typeSections(type: EntityTypeDefinition): string[] {
  const sections = [`### \`${type.type}\``, type.description, attributeTable(type.attributes, ecsByName(type.type))];
  if (type.references.length === 0) return sections;
  return [
    ...sections,
    markdownTable(
      ['Reference', 'Leads to', 'Also written', 'Meaning'],
      type.references.map((each) => [
        code(each.list ? `${each.name}[*]` : each.name),
        each.target.map(code).join(', '),
        (each.aliases ?? []).map(code).join(', '),
        each.description,
      ]),
    ),
  ];
}

function attributeTable(
  attributes: readonly AttributeDefinition[],
  ecs: ReadonlyMap<string, readonly string[]>,
): string {
  return markdownTable(
    ['Attribute', 'Kind', 'Also written', 'ECS', 'Meaning'],
    attributes.map((each) => [
      code(each.name),
      each.kind,
      (each.aliases ?? []).map(code).join(', '),
      (ecs.get(each.name) ?? []).map(code).join(', '),
      each.onRequest === true ? `${each.description}; _on request_` : each.description,
    ]),
  );
}

/** ECS names of each attribute of a type, without those that lead over a reference; of the environment if no type. */
function ecsByName(type?: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const each of ecsNames()) {
    const paths = new Set<string>();
    for (const view of each.seenFrom ?? []) {
      if (type === undefined ? view.role === undefined : view.type === type && view.role !== undefined) {
        paths.add(view.path);
      }
    }
    for (const path of paths) names.set(path, [...(names.get(path) ?? []), each.ecs]);
  }
  return names;
}

function otherViews(name: ReturnType<typeof ecsNames>[number]): string {
  const others = (name.seenFrom ?? []).filter((view) => view.type !== name.type);
  if (others.some((view) => view.role === undefined)) return `every type: ${code(name.ecs)}`;
  return others.map((view) => `${view.type}: ${code(view.path)}`).join(', ');
}

function relationRow(relation: RelationDefinition): string[] {
  const through = relation.references.map(({ owner, reference }) => {
    const [from, to] = owner === 'subject' ? ['subject', 'object'] : ['object', 'subject'];
    return `${from}.${code(reference)} → ${to}`;
  });
  return [code(relation.subject), relation.relation, code(relation.object), through.join('; ')];
}

function code(text: string): string {
  return `\`${text}\``;
}
