import { describe, expect, it } from 'vitest';
import { SYSMON_ACTIONS } from '../telemetry/sysmon/sysmon-events.ts';
import { sysflowAction } from '../telemetry/sysflow/sysflow-actions.ts';
import { EXTENDED_RELATIONS, extendedRelation, extendedWords } from './extended-relations.ts';
import { relationsBetween } from './relations.ts';

describe('extended relations', () => {
  it('add to the table of Kestrel 1.8, and change nothing in it', () => {
    for (const { subject, relation, object } of EXTENDED_RELATIONS) {
      expect(relationsBetween(subject, relation, object)).toBeUndefined();
    }
    expect(extendedWords()).toEqual(['created', 'deleted', 'injected', 'opened', 'read', 'updated']);
  });

  it('are found by their words in any case, between their types alone', () => {
    expect(extendedRelation('process', 'INJECTED', 'process')?.roles.object).toBe('target-process');
    expect(extendedRelation('process', 'injected', 'file')).toBeUndefined();
  });

  it('rest on actions that the decoders give', () => {
    const sysmon = new Set(Object.values(SYSMON_ACTIONS));
    const operation = { flags: [], thread: false, read: true, written: true };
    const sysflow = new Set(
      ['MKDIR', 'RMDIR', 'UNLINK', 'LINK', 'RENAME'].map(
        (flag) => sysflowAction({ ...operation, recordType: 'FE', flags: [flag] })?.action,
      ),
    );
    for (const flags of [['READ'], ['WRITE'], ['READ', 'WRITE']]) {
      sysflow.add(sysflowAction({ ...operation, recordType: 'FF', flags })?.action);
    }
    for (const { actions } of EXTENDED_RELATIONS) {
      // Sysmon begins with a capital, SysFlow says what it was done to; the rest is Elastic's.
      for (const action of actions.filter((each) => /^[A-Z]/.test(each))) expect(sysmon).toContain(action);
      for (const action of actions.filter((each) => /^(file|directory)-/.test(each))) expect(sysflow).toContain(action);
    }
  });
});
