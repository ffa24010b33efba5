/** Looks of a report: nothing is fetched, light and dark follow the reader, and it prints. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --dim: #5d6b7a; --paper: #fff; --line: #d7dee6; --bar: #2b6cb0; --soft: #f3f6f9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e9f0; --dim: #94a3b3; --paper: #14191f; --line: #303b47; --bar: #63a4e8; --soft: #1c242d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .3rem; border-top: 1px solid var(--line); padding-top: 1.2rem; } h3 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
.dim, time { color: var(--dim); } .ok { color: #2f855a; } .missed { color: #c53030; font-weight: 600; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem .9rem .15rem 0; vertical-align: top; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; display: block; } svg text { font-size: 12px; fill: var(--ink); } svg .end { text-anchor: end; } svg .bar, svg rect { fill: var(--bar); } svg .axis { stroke: var(--line); }
details.alert { border-bottom: 1px solid var(--line); padding: .25rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; } code { font-size: .85em; background: var(--soft); padding: 0 .25em; overflow-wrap: anywhere; white-space: pre-wrap; }
ul.tree { list-style: none; margin: .2rem 0 0 .4rem; padding-left: .9rem; border-left: 2px solid var(--line); overflow-wrap: anywhere; }
ul.gate { list-style: none; padding: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.severity { display: inline-block; min-width: 4.2em; text-align: center; border-radius: 3px; color: #fff; font-size: .8em; } .low { background: #4a6fa5; } .medium { background: #b7791f; } .high { background: #c53030; } .critical { background: #822727; }
.why { color: var(--dim); margin: .2rem 0; }
`;
