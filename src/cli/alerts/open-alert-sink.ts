import type { AlertSink } from '../../sinks/alert-sink.ts';
import type { ElasticConnection } from '../../sinks/elastic/elastic-alerts-client.ts';
import type { AlertSinkConfig, ElasticAlertsConfig } from '../config/alert-config.ts';
import { readKafkaSettings } from '../config/read-kafka-settings.ts';
import { caCertificate } from '../sources/ca-certificate.ts';
import { systemTimer } from '../system-timer.ts';

/** Opens a sink as the configuration says; nothing is asked of it yet. Its library is loaded here. */
export async function openAlertSink(config: AlertSinkConfig, generation: number): Promise<AlertSink> {
  if (config.kind === 'elastic') {
    const { openElasticAlertsClient } = await import('../../sinks/elastic/elastic-alerts-client.ts');
    const { ElasticSink } = await import('../../sinks/elastic/elastic-sink.ts');
    const client = await openElasticAlertsClient(await elasticConnection(config.elastic));
    return new ElasticSink({ client, alias: config.elastic.index, generation, name: config.id });
  }
  if (config.kind === 'kafka') {
    const { brokers, topic } = config;
    const { settings } = await readKafkaSettings(config.kafka);
    const { openKafkaJsProducer } = await import('../../sinks/kafka/kafkajs-producer.ts');
    const { KafkaSink } = await import('../../sinks/kafka/kafka-sink.ts');
    return new KafkaSink({
      name: config.id,
      connect: () => openKafkaJsProducer({ brokers, topic, settings, makesTopic: false, outlivesOutages: false }),
    });
  }
  const { WebhookSink } = await import('../../sinks/webhook/webhook-sink.ts');
  const { id, ...options } = config;
  return new WebhookSink({ ...options, name: id, timer: systemTimer(Date.now) });
}

/** The settings with the file that they name. */
export async function elasticConnection({ ca, ...rest }: ElasticAlertsConfig): Promise<ElasticConnection> {
  return ca === undefined ? rest : { ...rest, ca: await caCertificate(ca) };
}
