import { describe, expect, test } from 'vitest';

import { checkHuntflow } from './check/check-huntflow.ts';
import type { DiagnosticCode } from './diagnostic-parameters.ts';
import { diagnosticTable } from './diagnostic-table.ts';
import { diagnosticsDocument } from './diagnostics-document.ts';
import type { LoadedTable, LoadedTables, LoadFailure } from './loaded-table.ts';

/** Texts too long to be shown in the documentation. */
const LONG_EXAMPLES: Partial<Record<DiagnosticCode, string>> = {
  'syntax-nesting': `x = NEW process ['sh'] DISP x WHERE ${'('.repeat(201)}pid = 1${')'.repeat(201)}`,
  'text-too-large': `# ${'x'.repeat(1_048_576)}`,
  'list-too-long': `x = NEW process [${Array.from({ length: 20_001 }, () => "'a'").join(',')}]`,
};

const table = (columns: readonly string[], rows: readonly (readonly string[])[]): LoadedTable => ({
  kind: 'table',
  columns,
  rows,
  lines: rows.map((_, i) => i + 2),
});

/** Files that examples of LOAD name. */
const TABLES: LoadedTables = new Map<string, LoadedTable | LoadFailure>([
  ['missing.csv', { kind: 'failure', problem: 'there is no such file', hint: 'Check the path.' }],
  ['untyped.csv', table(['name'], [['sh']])],
  ['mixed.csv', table(['type'], [['process'], ['file']])],
  ['twice.csv', table(['name', 'process.name'], [])],
]);

describe('every diagnostic', () => {
  const codes = Object.keys(diagnosticTable) as DiagnosticCode[];

  test.each(codes.filter((code) => code !== 'too-many-diagnostics'))(
    '%s has an example that shows it alone',
    (code) => {
      const text = diagnosticTable[code].example ?? LONG_EXAMPLES[code];
      expect(text).toBeDefined();
      const { diagnostics } = checkHuntflow(text ?? '', { tables: TABLES });
      expect(diagnostics.map((each) => each.code)).toEqual([code]);
      expect(diagnostics[0]?.severity).toBe(diagnosticTable[code].severity);
    },
  );

  test('too-many-diagnostics ends a long list', () => {
    const { diagnostics } = checkHuntflow('DISP nobody\n'.repeat(300));
    expect(diagnostics).toHaveLength(201);
    expect(diagnostics.at(-1)?.code).toBe('too-many-diagnostics');
  });

  test('is described in the documentation', async () => {
    await expect(diagnosticsDocument()).toMatchFileSnapshot('../../docs/diagnostics.md');
  });
});
