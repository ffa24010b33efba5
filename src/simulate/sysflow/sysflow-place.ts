import { flatText } from '../flat-text.ts';

/** Where a record comes from, with the JSON that its documents repeat. */
export interface SysflowPlace {
  readonly host: string;
  readonly container?: SysflowContainer;
  /** `"host":{…},` and `"container":{…},`. */
  readonly json: string;
}

export interface SysflowContainer {
  /** The first twelve hex digits. */
  readonly id: string;
  readonly imageId: string;
  readonly name: string;
  readonly image: string;
  readonly privileged: boolean;
}

export function sysflowPlace(host: string, container?: SysflowContainer): SysflowPlace {
  const at = `"host":{"id":${JSON.stringify(host)},"ip":"NA"},`;
  if (container === undefined) return { host, json: flatText(at) };
  const { id, imageId, name, image, privileged } = container;
  const json =
    `${at}"container":{"id":"${id}","image":{"id":"${imageId}","name":${JSON.stringify(image)}},` +
    `"name":${JSON.stringify(name)},"runtime":"DOCKER","sf_privileged":${privileged}},`;
  return { host, container, json: flatText(json) };
}
