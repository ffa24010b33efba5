import type { AttributeDefinition } from '../catalogue.ts';

/**
 * Readable on every entity: where the records that mention it come from. Taken in only when a hunt reads them
 * (decision: whole types without their surroundings), hence no columns of a DISP without ATTR.
 */
export const ENVIRONMENT_ATTRIBUTES = [
  {
    name: 'host.id',
    kind: 'text',
    onRequest: true,
    description: 'identifier of the host: SysFlow exporter, Windows computer name',
  },
  { name: 'host.name', kind: 'text', onRequest: true, caseFolded: true, description: 'name of the host' },
  { name: 'host.ip', kind: 'list', onRequest: true, union: true, description: 'addresses of the host' },
  { name: 'container.id', kind: 'text', onRequest: true, description: 'identifier of the container' },
  { name: 'container.name', kind: 'text', onRequest: true, description: 'name of the container' },
  { name: 'container.image.name', kind: 'text', onRequest: true, description: 'image that the container runs' },
  { name: 'container.image.id', kind: 'text', onRequest: true, description: 'identifier of the image' },
  { name: 'container.runtime', kind: 'text', onRequest: true, description: 'container runtime, e.g. `DOCKER`' },
  { name: 'orchestrator.namespace', kind: 'text', onRequest: true, description: 'Kubernetes namespace' },
  { name: 'orchestrator.resource.name', kind: 'text', onRequest: true, description: 'name of the Kubernetes resource' },
  { name: 'orchestrator.resource.type', kind: 'text', onRequest: true, description: 'kind of the Kubernetes resource' },
  { name: 'orchestrator.type', kind: 'text', onRequest: true, description: 'orchestrator, e.g. `kubernetes`' },
  { name: 'pod.name', kind: 'text', onRequest: true, description: 'name of the pod' },
  { name: 'pod.id', kind: 'text', onRequest: true, description: 'identifier of the pod' },
  { name: 'pod.namespace', kind: 'text', onRequest: true, description: 'namespace of the pod' },
  { name: 'pod.nodename', kind: 'text', onRequest: true, description: 'node that runs the pod' },
] as const satisfies readonly AttributeDefinition[];

/** Readable on every entity too, kept by the engine itself rather than fed by a field of the records. */
export const RECORD_ATTRIBUTES = [
  { name: 'id', kind: 'text', description: 'identifier of the entity, unique within its type' },
  { name: 'first_observed', kind: 'time', description: 'begin of the first record that mentions it' },
  { name: 'last_observed', kind: 'time', description: 'end of the last record that mentions it' },
  { name: 'number_observed', kind: 'integer', description: 'how often it was observed' },
] as const satisfies readonly AttributeDefinition[];

/** Digests of a file or payload; only taken in when read. */
export const HASH_ATTRIBUTES = [
  {
    name: 'hashes.MD5',
    kind: 'text',
    aliases: ['hashes.md5'],
    onRequest: true,
    caseFolded: true,
    description: 'MD5 digest, hexadecimal',
  },
  {
    name: 'hashes.SHA-1',
    kind: 'text',
    aliases: ['hashes.sha1'],
    onRequest: true,
    caseFolded: true,
    description: 'SHA-1 digest, hexadecimal',
  },
  {
    name: 'hashes.SHA-256',
    kind: 'text',
    aliases: ['hashes.sha256'],
    onRequest: true,
    caseFolded: true,
    description: 'SHA-256 digest, hexadecimal',
  },
  {
    name: 'hashes.SHA-512',
    kind: 'text',
    aliases: ['hashes.sha512'],
    onRequest: true,
    caseFolded: true,
    description: 'SHA-512 digest, hexadecimal',
  },
] as const satisfies readonly AttributeDefinition[];
