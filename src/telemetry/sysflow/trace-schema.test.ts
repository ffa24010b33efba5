import { describe, expect, test } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import { parseAvroSchema } from '../avro/parse-avro-schema.ts';
import { sysflowSchema } from './sysflow-schema.ts';
import { traceBranches } from './trace-schema.ts';

const ODD = ['constructor', 'toString'];
const oddRecords = ODD.map((name) => ({ type: 'record', name, fields: [{ name: 'ts', type: 'long' }] }));

describe('the schema of a trace', () => {
  test('names what is ignored of it, whatever it is called', () => {
    const { fields, ...rest } = sysflowSchema() as {
      readonly fields: readonly { readonly type: readonly unknown[] }[];
    };
    const extended = { ...rest, fields: [{ ...fields[0], type: [...(fields[0]?.type ?? []), ...oddRecords] }] };
    const kinds = traceBranches(parseAvroSchema(JSON.stringify(extended))).flatMap((branch) =>
      branch.what === 'ignored' ? [branch.kind] : [],
    );
    expect(kinds).toEqual(expect.arrayContaining(['Kubernetes events', 'constructor records', 'toString records']));
  });

  test("is none of SysFlow's where its records are only called as members of objects are", () => {
    const header = { type: 'record', name: 'SFHeader', fields: [{ name: 'version', type: 'long' }] };
    const schema = parseAvroSchema(JSON.stringify([header, ...oddRecords]));
    expect(() => traceBranches(schema)).toThrow(SourceError);
    expect(() => traceBranches(schema)).toThrow("not SysFlow's");
  });
});
