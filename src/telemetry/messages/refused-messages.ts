/** Reasons for which a message is undecodable that somebody can do something about: what to say of the topic. */
export const REFUSED_MESSAGES: Readonly<Record<string, string>> = {
  'confluent-wire-format':
    'its messages are in the wire format of a schema registry (a zero byte and a schema id before the datum), which is not read: have them written as JSON, or with Avro containers',
  'datum-without-schema':
    'its messages are Avro datums without their schema: name the schema in the configuration, live: {kafka: {schema: sysflow-5}} or the path of an .avsc file',
  'utf-16': 'its messages are written in UTF-16: have them written in UTF-8',
};
