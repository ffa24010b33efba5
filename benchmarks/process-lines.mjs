/** One process that another has started, as the document of a SysFlow process event; `said`: what its command line ends with. */
function line(number, said, delayMs) {
  const startMs = Date.UTC(2026, 4, 1) + number;
  const start = new Date(startMs).toISOString();
  const at = new Date(startMs + delayMs).toISOString();
  const parent = 1 + (number % 1000);
  return `{"@timestamp":"${at}","agent":{"type":"SysFlow","version":"0.7.0"},"ecs":{"version":"8.2"},"event":{"action":"process-start","category":"process","kind":"event","sf_type":"PE","start":"${at}","end":"${at}","type":"start"},"host":{"id":"web-01"},"process":{"args":"-c ${said}","command_line":"/bin/sh -c ${said}","executable":"/bin/sh","name":"sh","pid":${number},"start":"${start}","thread":{"id":${number}},"parent":{"name":"node","executable":"/usr/bin/node","command_line":"/usr/bin/node","args":"","pid":${parent},"start":"2026-04-30T00:00:00Z"}},"user":{"id":0,"name":"root"}}\n`;
}

/** So many of them, from that number on. */
export function lines(from, count) {
  return Buffer.from(Array.from({ length: count }, (_, i) => line(from + i, 'ls', 0)).join(''));
}

/** The same processes once more, an hour later, in another order, and each with another command line. */
export function changedLines(from, count) {
  // An odd step through a power of two meets each number once.
  const size = 2 ** Math.ceil(Math.log2(count));
  const order = Array.from({ length: size }, (_, i) => (i * 40_503) % size).filter((i) => i < count);
  return Buffer.from(order.map((i) => line(from + i, `ls ${i}`, 3_600_000)).join(''));
}
