// What is delivered, as a CycloneDX bill of materials on standard output. `npm sbom --omit dev` leaves out what the build
// needs too, such as yaml: so the whole list is taken, and what is for development only is taken out here.
import { spawnSync } from 'node:child_process';

const { stdout, stderr, status } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) {
  process.stderr.write(stderr);
  process.exit(1);
}
const bom = JSON.parse(stdout);
const isForDevelopment = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
const left = new Set(bom.components.filter(isForDevelopment).map((component) => component['bom-ref']));
const kept = (refs) => refs.filter((ref) => !left.has(ref));
process.stdout.write(
  `${JSON.stringify(
    {
      ...bom,
      components: bom.components.filter((component) => !left.has(component['bom-ref'])),
      dependencies: bom.dependencies
        .filter(({ ref }) => !left.has(ref))
        .map((each) => ({ ...each, dependsOn: kept(each.dependsOn ?? []) })),
    },
    null,
    2,
  )}\n`,
);
