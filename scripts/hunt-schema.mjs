// Writes schema/hunt-file.schema.json from the schema that hunt files are read with: node --import tsx scripts/hunt-schema.mjs
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { huntFileJsonSchema } from '../src/hunts/hunt-file/hunt-file-schema.ts';

const target = new URL('../schema/hunt-file.schema.json', import.meta.url);
const options = await resolveConfig(target);
await writeFile(target, await format(JSON.stringify(huntFileJsonSchema()), { ...options, parser: 'json' }));
