/** One process that another has started, as the document of a SysFlow process event. */
function line(number) {
  const at = new Date(Date.UTC(2026, 4, 1) + number).toISOString();
  const parent = 1 + (number % 1000);
  return `{"@timestamp":"${at}","agent":{"type":"SysFlow","version":"0.7.0"},"ecs":{"version":"8.2"},"event":{"action":"process-start","category":"process","kind":"event","sf_type":"PE","start":"${at}","end":"${at}","type":"start"},"host":{"id":"web-01"},"process":{"args":"-c ls","command_line":"/bin/sh -c ls","executable":"/bin/sh","name":"sh","pid":${number},"start":"${at}","thread":{"id":${number}},"parent":{"name":"node","executable":"/usr/bin/node","command_line":"/usr/bin/node","args":"","pid":${parent},"start":"2026-04-30T00:00:00Z"}},"user":{"id":0,"name":"root"}}\n`;
}

/** So many of them, from that number on. */
export function lines(from, count) {
  return Buffer.from(Array.from({ length: count }, (_, i) => line(from + i)).join(''));
}
