const ADDRESSES = ['ipv4-addr', 'ipv6-addr'] as const;

const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['parent_ref', ['process']],
  ['child_refs', ['process']],
  ['process_ref', ['process']],
  ['parent_process_ref', ['process']],
  ['src_ref', ADDRESSES],
  ['dst_ref', ADDRESSES],
  ['src_ip_ref', ADDRESSES],
  ['dst_ip_ref', ADDRESSES],
  ['ip_refs', ADDRESSES],
  ['resolves_to_refs', ['mac-addr']],
  ['mac_refs', ['mac-addr']],
  ['binary_ref', ['file']],
  ['image_ref', ['file']],
  ['file_ref', ['file']],
  ['parent_directory_ref', ['directory']],
  ['user_ref', ['user-account']],
  ['opened_connection_refs', ['network-traffic']],
  ['network_ref', ['network-traffic']],
  ['original_ref', ['artifact']],
  ['from_ref', ['email-addr']],
  ['sender_ref', ['email-addr']],
  ['to_refs', ['email-addr']],
  ['cc_refs', ['email-addr']],
  ['bcc_refs', ['email-addr']],
  ['host_ref', ['x-oca-asset']],
  ['url_ref', ['url']],
  ['registry_ref', ['windows-registry-key']],
  ['domain_ref', ['domain-name']],
]);

/** Whether an attribute's name says that it refers to other entities: `…_ref` or `…_refs`. */
export function isReferenceName(name: string): boolean {
  return name.endsWith('_ref') || name.endsWith('_refs');
}

/**
 * Entity types that a reference attribute leads to, decided by its name alone (for types that the catalogue does not
 * know, and references it does not list). Empty where the name tells nothing.
 */
export function referenceTargets(name: string): readonly string[] {
  const listed = BY_NAME.get(name);
  if (listed !== undefined) return listed;
  if (name.endsWith('_user_ref')) return ['user-account'];
  if (name.endsWith('_payload_ref')) return ['artifact'];
  return [];
}
