import { describe, expect, it } from 'vitest';
import { TEXT_DERIVATIONS } from './text-derivations.ts';
import { TEXT_NORMALISERS } from './text-normalisers.ts';

describe('texts of documents', () => {
  it.each([
    ['guid', '{AB-Cd}', 'ab-cd'],
    ['guid', 'ab', 'ab'],
    ['guid', '-', undefined],
    ['guid', '{00000000-0000-0000-0000-000000000000}', undefined],
    ['address', '10.0.0.1', '10.0.0.1'],
    ['address', '010.0.0.1', undefined],
    ['address', 'fe80:0:0:0:0:0:0:1%3', 'fe80::1'],
    ['address', '::ffff:127.0.0.1', '127.0.0.1'],
    ['address', '::FFFF:0:0', '0.0.0.0'],
    ['address', 'NA', undefined],
    ['address', '', undefined],
    ['sysflow', '<NA>', undefined],
    ['sysflow', '-', '-'],
    ['sysflowCommand', './a ', './a'],
    ['sysflowName', '.', undefined],
    ['sysmon', '-', undefined],
    ['sysmonImage', '<unknown process>', undefined],
    ['plain', '', undefined],
    ['lowerCase', 'TCP', 'tcp'],
  ] as const)('%s of %j', (rule, text, expected) => {
    expect(TEXT_NORMALISERS[rule](text)).toBe(expected);
  });

  it.each([
    ['baseName', '/a/b.c', 'b.c'],
    ['baseName', 'C:\\a\\b', 'b'],
    ['baseName', 'b', 'b'],
    ['baseName', '/a/', undefined],
    ['directoryName', '/a/b', '/a'],
    ['directoryName', '/a', '/'],
    ['directoryName', 'C:\\a', 'C:\\'],
    ['directoryName', 'a', undefined],
    ['extension', '/a.d/b', undefined],
    ['extension', '/x/.bashrc', undefined],
    ['extension', 'a.tar.gz', 'gz'],
    ['accountName', 'A\\b', 'b'],
    ['accountName', 'b', 'b'],
    ['accountDomain', 'A\\b', 'A'],
    ['accountDomain', 'b', undefined],
    ['sha256', 'SHA1=1,SHA256=AB', 'ab'],
    ['md5', 'SHA1=1', undefined],
    ['registryKey', 'HKLM', 'HKEY_LOCAL_MACHINE'],
    ['registryKey', '\\REGISTRY\\A', '\\REGISTRY\\A'],
    ['registryKeyOfValue', 'HKLM\\a\\(Default)', 'HKEY_LOCAL_MACHINE\\a'],
    ['registryDataType', 'QWORD (0x1-0x2)', 'REG_QWORD'],
    ['registryDataType', 'Binary Data', 'REG_BINARY'],
    ['registryDataType', 'x', 'REG_SZ'],
    ['direction', 'false', 'ingress'],
  ] as const)('%s of %j', (rule, text, expected) => {
    expect(TEXT_DERIVATIONS[rule](text)).toBe(expected);
  });
});
