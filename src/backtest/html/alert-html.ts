import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AlertProcess } from '../../hunts/alerts/alert-row.ts';
import { hostOf } from '../alert-tally.ts';
import { escapeHtml } from './escape-html.ts';

/** An alert: one line, and behind it its process tree, what it is about and the records it rests on. `why`: beside it. */
export function alertHtml(alert: AlertDocument, why?: string): string {
  const { severity, variable, entity, suppressed, chain = [], records } = alert.windhover;
  const host = hostOf(alert);
  const more = suppressed > 0 ? ` <span class="dim">and ${suppressed} more</span>` : '';
  const facts: [string, string][] = [
    ['variable', variable],
    [entity.type, entity.id],
    ['alert', alert.event.id],
    ...records.map(({ id, source = '', place = '' }): [string, string] => [
      'record',
      place.startsWith(source) || source === '' ? `${place} (${id})` : `${source}: ${place} (${id})`,
    ]),
  ];
  const listed = facts.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><code>${escapeHtml(value, 500)}</code></dd>`,
  );
  return (
    `<details class="alert"><summary><span class="severity ${severityClass(severity)}">${escapeHtml(severity, 10)}</span> ` +
    `<time>${escapeHtml(alert['@timestamp'], 40)}</time> ${host === '' ? '' : `<b>${escapeHtml(host, 100)}</b> `}` +
    `${escapeHtml(alert.message, 400)}${more}</summary>` +
    `${why === undefined ? '' : `<p class="why">${escapeHtml(why, 500)}</p>`}` +
    `${chainHtml(chain)}<dl>${listed.join('')}</dl></details>`
  );
}

/** Processes from an ancestor down to the one the alert is about, each below its parent. */
function chainHtml(chain: readonly AlertProcess[]): string {
  if (chain.length === 0) return '';
  const open = chain.map(({ name, pid, command_line: command }) => {
    const number = pid === undefined ? '' : ` <span class="dim">${pid}</span>`;
    const line = command === undefined ? '' : ` <code>${escapeHtml(command, 1000)}</code>`;
    return `<ul class="tree"><li><b>${escapeHtml(name ?? '?', 200)}</b>${number}${line}`;
  });
  return open.join('') + '</li></ul>'.repeat(chain.length);
}

function severityClass(severity: string): string {
  return ['low', 'medium', 'high', 'critical'].includes(severity) ? severity : 'medium';
}
