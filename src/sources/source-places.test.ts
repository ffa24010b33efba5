import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byteSources } from './byte-sources.ts';
import { globMatcher } from './glob-pattern.ts';
import { sourcePlaces } from './source-places.ts';
import { parseSourceUri } from './source-uri.ts';

describe('parseSourceUri', () => {
  it.each([
    ['-', { kind: 'stdin' }],
    ['file:a/b.ndjson', { kind: 'file', path: 'a/b.ndjson' }],
    ['file:/abs/*.gz', { kind: 'file', path: '/abs/*.gz' }],
    ['file://bundle.json', { kind: 'file', path: 'bundle.json' }],
    ['FILE:///abs/bundle.json', { kind: 'file', path: '/abs/bundle.json' }],
    ['stixbundle://x/y.json', { kind: 'file', path: 'x/y.json' }],
    ['plain.ndjson', { kind: 'file', path: 'plain.ndjson' }],
    [
      'kafka://B:9093,a,[::1]:1/t2,t1/',
      { kind: 'kafka', brokers: ['[::1]:1', 'a:9092', 'b:9093'], topics: ['t1', 't2'] },
    ],
    ['C:\\data\\x.ndjson', { kind: 'file', path: 'C:\\data\\x.ndjson' }],
  ])('%s', (uri, expected) => {
    expect(parseSourceUri(uri)).toEqual(expected);
  });

  it.each([
    ['kafka://h:9092', 'source-kafka'],
    ['kafka:///topic', 'source-kafka'],
    ['kafka://h:99999/topic', 'source-kafka'],
    ['kafka://h/to pic', 'source-kafka'],
    ['kafka://user:secret@h/topic', 'source-credentials'],
    ['elastic+https://user:secret@h/index', 'source-credentials'],
    ['elastic+https://h:9200/', 'source-elastic'],
    ['elastic+https://h:9200/a b', 'source-elastic'],
    ['https://h/bundle.json', 'source-not-available'],
    ['ftp://h/x', 'source-scheme'],
    ['', 'source-empty'],
    ['file:', 'source-empty'],
  ])('%s is refused with %s', (uri, code) => {
    expect(() => parseSourceUri(uri)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it('does not repeat credentials', () => {
    expect(() => parseSourceUri('elastic+https://user:secret@h/index')).toThrow(/^(?!.*secret)/u);
    expect(() => parseSourceUri('kafka://user:secret@h/topic')).toThrow(/^(?!.*secret)/u);
  });
});

describe('globMatcher', () => {
  it.each([
    ['*', 'a', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['*.gz', 'a.ndjson.gz', true],
    ['*.gz', 'a.gzz', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxa', false],
    ['a[b]', 'ab', false],
    ['a[b]', 'a[b]', true],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(globMatcher(pattern)(name)).toBe(expected);
  });

  it('stays quick on patterns made to be slow', () => {
    expect(globMatcher(`${'*a'.repeat(40)}b`)('a'.repeat(200))).toBe(false);
  });
});

describe('sourcePlaces', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'windhover-places-'));
    await mkdir(join(folder, 'in', 'deeper'), { recursive: true });
    await mkdir(join(folder, 'empty'));
    for (const name of ['in/b', 'in/a', 'in/B', 'in/.hidden', 'in/deeper/c', 'in/a*']) {
      await writeFile(join(folder, name), '');
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('opens a folder in the order of names, without hidden files and folders', async () => {
    expect(await sourcePlaces('in', folder)).toEqual(['in/B', 'in/a', 'in/a*', 'in/b']);
  });

  it('expands patterns in any part of the path', async () => {
    expect(await sourcePlaces('in/?', folder)).toEqual(['in/B', 'in/a', 'in/b']);
    expect(await sourcePlaces('i*/d*/c', folder)).toEqual(['in/deeper/c']);
    expect(await sourcePlaces(join(folder, 'in', 'b*'), '/')).toEqual([join(folder, 'in', 'b')]);
  });

  it('takes a name with a star in it for what it is', async () => {
    expect(await sourcePlaces('in/a*', folder)).toEqual(['in/a*']);
  });

  it('refuses what names nothing', async () => {
    await expect(sourcePlaces('absent', folder)).rejects.toMatchObject({ code: 'source-missing' });
    await expect(sourcePlaces('in/z*', folder)).rejects.toMatchObject({ code: 'source-no-file' });
    await expect(sourcePlaces('empty', folder)).rejects.toMatchObject({ code: 'source-no-file' });
  });

  it('makes one source a file, all under one name', async () => {
    const sources = await byteSources('logs', 'file:in', { workingFolder: folder, stdin: (async function* () {})() });
    expect(sources.map((source) => [source.source, source.place])).toEqual([
      ['logs', 'in/B'],
      ['logs', 'in/a'],
      ['logs', 'in/a*'],
      ['logs', 'in/b'],
    ]);
  });
});
