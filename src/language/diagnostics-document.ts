import { diagnosticTable } from './diagnostic-table.ts';

const INTRODUCTION = `# Diagnostics

What \`windhover check\` says about a huntflow, by code. Codes are stable: scripts may match on them. Codes that begin with
\`syntax-\` mean that a statement could not be read; the others concern what it means. A huntflow with an error does not
run; warnings do not stop it.
`;

/** The page of all diagnostics, as Markdown. */
export function diagnosticsDocument(): string {
  const sections = Object.entries(diagnosticTable).map(([code, { severity, meaning, example }]) => {
    const shown = example === undefined ? '' : `\n\`\`\`\n${example}\n\`\`\`\n`;
    return `## ${code}\n\n${severity}: ${meaning}\n${shown}`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}
