import { expect, test } from 'vitest';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { renderAlert } from './render-alert.ts';

const alert = {
  '@timestamp': '2026-05-01T08:00:00.123456Z',
  message: 'php-fpm ran id',
  host: { id: 'w2', name: 'web-02' },
  container: { name: 'blog' },
  user: { name: 'www-data' },
  windhover: { hunt: 'web-shell', severity: 'critical', status: 'open', revision: 1, suppressed: 3 },
} as unknown as AlertDocument;

test.each([
  [120, '2026-05-01T08:00:00.123456Z · host web-02 · container blog · user www-data · hunt web-shell · and 3 more'],
  [105, '2026-05-01T08:00:00.123456Z · host web-02 · user www-data · hunt web-shell · and 3 more'],
  [85, '2026-05-01T08:00:00.123456Z · host web-02 · hunt web-shell · and 3 more'],
  [70, '08:00:00Z · host web-02 · hunt web-shell · and 3 more'],
])('in %d columns an alert says where and which hunt, each word whole', (width, where) => {
  const [, second] = renderAlert(alert, { width }).split('\n');
  expect(second?.trimStart()).toBe(where);
});

test('where not even that has room, the line is cut', () => {
  const [, second = ''] = renderAlert(alert, { width: 40 }).split('\n');
  expect(second.endsWith('…')).toBe(true);
  expect(second.length).toBeLessThanOrEqual(40);
});

test('what its hunt did not see is named once per cause', () => {
  const coverage = ['gap', 'undecodable', 'gap'].map((cause, i) => ({ source: `s${i}`, cause }));
  const holed = { ...alert, windhover: { ...alert.windhover, coverage } } as unknown as AlertDocument;
  expect(renderAlert(holed).split('\n')[1]).toMatch(/and 3 more · not all was seen \(gap, undecodable\)$/);
});
