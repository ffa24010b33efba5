import { sysflowSchema } from '../../telemetry/sysflow/sysflow-schema.ts';

/** Version of the schema that the header of a trace names. */
export const SYSFLOW_SCHEMA_VERSION = 5;

/** Position of each kind of record in the union that a trace is made of. */
export const BRANCH = { header: 0, container: 1, process: 2, file: 3, PE: 4, NF: 5, FF: 6, FE: 7 } as const;

/** The schema that a trace carries. */
export const SYSFLOW_TRACE_SCHEMA: string = JSON.stringify(sysflowSchema(SYSFLOW_SCHEMA_VERSION));
