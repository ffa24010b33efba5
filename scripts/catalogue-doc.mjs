// Writes docs/catalogue.md from the data of the catalogue: node --import tsx scripts/catalogue-doc.mjs
import { writeFileSync } from 'node:fs';
import { catalogueDocument } from '../src/catalogue/catalogue-document.ts';

writeFileSync(new URL('../docs/catalogue.md', import.meta.url), catalogueDocument());
