import type { EntityTypeDefinition } from '../catalogue.ts';

export const ACCOUNT_TYPES = [
  {
    type: 'user-account',
    description: 'An account that processes run as.',
    attributes: [
      {
        name: 'user_id',
        kind: 'text',
        caseFolded: true,
        description: 'name of the account, without its domain; else its number',
      },
      { name: 'account_login', kind: 'text', caseFolded: true, description: 'name used to log in' },
      { name: 'display_name', kind: 'text', caseFolded: true, description: 'full name; Windows: `DOMAIN\\name`' },
      { name: 'account_type', kind: 'text', description: '`unix`, `windows-local`, `windows-domain` …' },
      { name: 'is_privileged', kind: 'boolean', description: 'has elevated privileges' },
      { name: 'is_service_account', kind: 'boolean', description: 'belongs to a service' },
      { name: 'is_disabled', kind: 'boolean', description: 'is disabled' },
      { name: 'can_escalate_privs', kind: 'boolean', description: 'may gain privileges' },
      { name: 'account_created', kind: 'time', description: 'time of creation' },
      { name: 'account_expires', kind: 'time', description: 'time when it expires' },
      { name: 'x_domain', kind: 'text', caseFolded: true, description: 'Windows domain' },
      { name: 'x_uid', kind: 'any', description: 'number of the account' },
      { name: 'x_group.name', kind: 'text', description: 'name of its primary group' },
      { name: 'x_group.id', kind: 'any', description: 'number of its primary group' },
      { name: 'x_group.domain', kind: 'text', onRequest: true, description: 'domain of its primary group' },
      { name: 'x_hash', kind: 'text', onRequest: true, description: 'digest that stands for the account' },
    ],
    references: [],
    primary: 'user_id',
    valueType: false,
    identity:
      'Windows: DOMAIN\\name without case, built-in accounts with the host. Linux: host, container and name, else number.',
  },
  {
    type: 'email-addr',
    description: 'An e-mail address.',
    attributes: [
      { name: 'value', kind: 'text', description: 'the address' },
      { name: 'display_name', kind: 'text', description: 'name shown with it' },
    ],
    references: [
      { name: 'belongs_to_ref', list: false, target: ['user-account'], description: 'account it belongs to' },
    ],
    primary: 'value',
    valueType: true,
    identity: 'value, everywhere',
  },
  {
    type: 'email-message',
    description: 'An e-mail.',
    attributes: [
      { name: 'subject', kind: 'text', description: 'subject' },
      { name: 'date', kind: 'time', description: 'time when it was sent' },
      { name: 'is_multipart', kind: 'boolean', description: 'has several parts' },
      { name: 'message_id', kind: 'text', description: 'Message-ID header' },
      { name: 'body', kind: 'text', description: 'text of a message with one part' },
      { name: 'content_type', kind: 'text', description: 'Content-Type header' },
    ],
    references: [
      { name: 'from_ref', list: false, target: ['email-addr'], description: 'From header' },
      { name: 'sender_ref', list: false, target: ['email-addr'], description: 'Sender header' },
      { name: 'to_refs', list: true, target: ['email-addr'], description: 'To header' },
      { name: 'cc_refs', list: true, target: ['email-addr'], description: 'Cc header' },
      { name: 'bcc_refs', list: true, target: ['email-addr'], description: 'Bcc header' },
      { name: 'raw_email_ref', list: false, target: ['artifact'], description: 'the whole message' },
      { name: 'body_raw_ref', list: false, target: ['artifact', 'file'], description: 'a part that is not text' },
    ],
    primary: 'value',
    valueType: false,
    identity: 'sender, subject and body',
  },
] as const satisfies readonly EntityTypeDefinition[];
