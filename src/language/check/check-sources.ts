import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { SyntaxSources } from '../syntax-tree.ts';

/**
 * URIs of the sources after FROM: `a://b,a://c` or `a://b,c`, where the scheme is written once. A first one without a
 * scheme gets the default. In quotes only a comma before another scheme separates, so that a URI may hold commas.
 */
export function checkSources(
  sources: SyntaxSources,
  defaultScheme: string,
  diagnostics: DiagnosticCollector,
): readonly string[] | undefined {
  const parts = sources.text.split(sources.quoted ? /,(?=[A-Za-z_][\w+-]*:\/\/)/ : ',');
  const schemes: string[] = [];
  const uris: string[] = [];
  for (const part of parts) {
    const written = /^([A-Za-z_][\w+.-]*):\/\/(.*)$/su.exec(part);
    const scheme = written?.[1] ?? schemes[0] ?? defaultScheme;
    const name = written?.[2] ?? part;
    if (name.trim() === '') {
      diagnostics.report('source-empty', sources, { source: part });
      return undefined;
    }
    if (!schemes.includes(scheme)) schemes.push(scheme);
    const uri = `${scheme}://${name}`;
    if (!uris.includes(uri)) uris.push(uri);
  }
  if (schemes.length > 1) {
    diagnostics.report('source-schemes', sources, { schemes });
    return undefined;
  }
  return uris;
}
