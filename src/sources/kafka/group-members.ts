import type { Timer } from '../../telemetry/timer.ts';
import type { BrokerPatience } from './broker-patience.ts';
import type { KafkaClient } from './kafka-client.ts';
import { groupTaken, type LogNotices } from './log-notices.ts';
import type { Waits } from './waits.ts';

/** Longer than its session no dead member stays in a group. */
const SESSION_MARGIN_MS = 2000;
const MEMBER_POLL_MS = 500;

export interface GroupMembersOptions {
  readonly client: Pick<KafkaClient, 'members'>;
  readonly group: string;
  readonly sessionMs: number;
  readonly timer: Timer;
  readonly waits: Waits;
  readonly isClosed: () => boolean;
}

/** Who else is in the consumer group: a log reads alone, as another reader would take partitions from it. */
export class GroupMembers {
  readonly #options: GroupMembersOptions;

  constructor(options: GroupMembersOptions) {
    this.#options = options;
  }

  /**
   * Waits until nobody is in the group. A member that died keeps its place until its session has passed.
   *
   * @throws SourceError `kafka-group-taken`: one that lives, another engine
   */
  async awaitNobody(patience: BrokerPatience, notices: LogNotices): Promise<void> {
    const { client, group, timer, sessionMs, waits, isClosed } = this.#options;
    const until = timer.now() + sessionMs + SESSION_MARGIN_MS;
    for (let told = false; !isClosed(); told = true) {
      if ((await patience.reach(() => client.members(group))) === 0) return;
      if (timer.now() >= until) throw groupTaken('kafka-group-taken', group);
      if (!told) notices.formerMember(group, Math.ceil((until - timer.now()) / 1000));
      await waits.sleep(MEMBER_POLL_MS);
    }
  }

  /** There are others beside this reader. Members that cannot be counted are noticed by partitions that stand still. */
  async isShared(): Promise<boolean> {
    const { client, group } = this.#options;
    return (await client.members(group).catch(() => 0)) > 1;
  }
}
