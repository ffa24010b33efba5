import { attributeNames, attributeOf } from '../../catalogue/attribute-of.ts';
import { ecsNames } from '../../catalogue/ecs-names.ts';
import { listedReference, referenceNames } from '../../catalogue/reference-of.ts';
import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { CompletionItem } from './completion-item.ts';

/** ECS names are offered once this many characters are there: they are many. */
const MIN_ECS = 2;

/** Attribute paths of an entity type that begin as `typed` does; references are walked as far as it goes. */
export function completeAttribute(type: string, typed: string): CompletionItem[] {
  let at: readonly string[] = [type];
  let walked = '';
  let rest = typed;
  for (let dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
    const name = rest.slice(0, dot).replace('[*]', '');
    const references = at.flatMap((each) => listedReference(each, name) ?? []);
    if (references.length === 0) break;
    at = [...new Set(references.flatMap((each) => each.target))];
    walked += rest.slice(0, dot + 1);
    rest = rest.slice(dot + 1);
  }
  const items = new Map<string, CompletionItem>();
  const add = (text: string, item: Omit<CompletionItem, 'text'>): void => {
    if (text.startsWith(typed.replaceAll("'", '')) && !items.has(text)) items.set(text, { text, ...item });
  };
  for (const each of at) {
    for (const name of attributeNames(each)) {
      add(walked + name, { kind: 'attribute', detail: attributeOf(each, name)?.kind ?? 'any' });
    }
    for (const name of referenceNames(each)) {
      add(`${walked}${name}.`, { kind: 'reference', detail: listedReference(each, name)?.target.join(', ') ?? '' });
    }
  }
  if (typed.length >= MIN_ECS) {
    for (const { ecs } of ecsNames()) {
      if (!ecs.startsWith(typed)) continue;
      const resolved = resolvePath(type, ecs);
      if (resolved.ok && resolved.type === type) add(ecs, { kind: 'attribute', detail: `ECS: ${resolved.text}` });
    }
  }
  return [...items.values()];
}
