import { describe, expect, test } from 'vitest';
import { checkHuntflow } from '../language/check/check-huntflow.ts';
import { explainPlan, type PlanExplanation } from './explain-plan.ts';
import type { NodeExplanation } from './node-explanation.ts';
import { DemandBuilder } from './plan-demand.ts';
import { planHuntflow } from './plan-huntflow.ts';

function explain(text: string): PlanExplanation {
  const checked = checkHuntflow(text);
  expect(checked.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { plan } = planHuntflow(checked);
  if (plan === undefined) throw new Error('no plan');
  const demand = new DemandBuilder();
  demand.addPlan(plan);
  return explainPlan(plan, demand.build());
}

/** The node that a variable's rows come from. */
function nodeOf(explanation: PlanExplanation, variable: string): NodeExplanation {
  const { node } = explanation.variables.find(({ name }) => name === variable)!;
  return explanation.nodes[node]!;
}

describe('what an operator costs and promises', () => {
  test('GET of constants never takes back, and finds records by the cheapest comparison', () => {
    const explanation = explain("p = GET process FROM s WHERE command_line LIKE '%x%' AND name = 'sh'");
    expect(nodeOf(explanation, 'p')).toMatchObject({
      operator: 'GET',
      statement: 1,
      inputs: [],
      pushDown: "command_line LIKE '%x%' AND name = 'sh'",
      index: 'records by value of name',
      state: 'grows with entities',
      retracts: null,
    });
  });

  test('a long text is looked for before a short list of common ones, and neither before one value', () => {
    const index = (pattern: string): string | null =>
      nodeOf(explain(`p = GET process FROM s WHERE ${pattern}`), 'p').index;
    expect(index("command_line LIKE '%mimikatz%' AND pid > 5")).toBe('records by value of command_line');
    expect(index("command_line LIKE '%a%' AND name IN ('a', 'b', 'c')")).toBe('records by value of name');
    expect(index("name IN ('a', 'b') AND parent_ref.name = 'c'")).toBe('records by value of parent_ref.name');
  });

  test('a disjunction is indexed by all its sides, or not at all', () => {
    expect(nodeOf(explain("p = GET process FROM s WHERE name = 'a' OR pid = 3"), 'p').index).toBe(
      'records by value of name, pid',
    );
    expect(nodeOf(explain("p = GET process FROM s WHERE name = 'a' OR pid != 3"), 'p').index).toBe(
      'none: the pattern is tried on every record',
    );
  });

  test('GROUP says what it computes, and when a row changes or goes', () => {
    const explanation = explain(
      'p = GET process FROM s WHERE pid > 0\ng = GROUP p BY name, BIN(created, 5 m) WITH COUNT(id) AS n, MAX(parent_ref.pid)',
    );
    expect(nodeOf(explanation, 'g')).toMatchObject({
      operator: 'GROUP',
      inputs: [0],
      does:
        'one row per name, BIN(created, 5m) over the members of [0], ' +
        'with COUNT(id) AS n, MAX(parent_ref.pid) AS max_parent_ref.pid',
      state: 'grows with entities',
      retracts: 'name changes; created changes; parent_ref.pid changes; the last member of a group leaves it',
    });
    expect(explanation.demand.references).toContain('process.parent_ref');
  });

  test('JOIN and rows per record grow without bound; both sides may take rows back', () => {
    const explanation = explain(
      'p = GET process FROM s WHERE pid > 0 LAST 1 h\nq = GET process FROM s WHERE pid > 1\n' +
        'j = JOIN q, p BY pid, parent_ref.pid\nt = RECORDS(q)\nc = FIND process CREATED BY t',
    );
    expect(nodeOf(explanation, 'j')).toMatchObject({
      operator: 'JOIN',
      inputs: [1, 0],
      does: 'one row per pair of members of [1] and [0] with pid = parent_ref.pid',
      state: 'unbounded without retention',
      retracts: 'time passes (LAST); pid changes; parent_ref.pid changes',
    });
    expect(nodeOf(explanation, 't')).toMatchObject({
      operator: 'RECORDS',
      inputs: [1],
      does:
        'one row per member of [1] and record that mentions it, ' +
        'with number_observed, first_observed, last_observed, observation_id',
      state: 'unbounded without retention',
      retracts: null,
    });
    const { inputs } = nodeOf(explanation, 'c');
    expect(explanation.nodes[inputs[0]!]).toMatchObject({ operator: 'ENTITIES', inputs: [3] });
    expect(explanation.demand.patternTypes).toEqual(['observed-data']);
  });

  test('LAST is bounded and takes back by time only', () => {
    const explanation = explain("p = GET process FROM s WHERE name = 'sh' LAST 5 MINUTES");
    expect(nodeOf(explanation, 'p')).toMatchObject({ state: 'bounded', retracts: 'time passes (LAST)' });
    expect(nodeOf(explanation, 'p').does).toContain('in the last 300 s');
  });

  test('what derives from LAST takes back too', () => {
    const explanation = explain(
      "p = GET process FROM s WHERE name = 'sh' LAST 5 MINUTES  c = FIND process CREATED BY p  b = p + c",
    );
    expect(nodeOf(explanation, 'c').retracts).toBe('time passes (LAST)');
    expect(nodeOf(explanation, 'b').retracts).toBe('time passes (LAST)');
  });

  test('a reference is no push-down; what it compares is indexed and kept', () => {
    const explanation = explain(
      "p = GET process FROM s WHERE name = 'sh'  q = GET process FROM s WHERE name = 'x' AND pid = p.pid",
    );
    expect(nodeOf(explanation, 'q')).toMatchObject({
      pushDown: "name = 'x'",
      index: 'records by value of name; compared values of pid',
      state: 'unbounded without retention',
      retracts: 'pid changes',
    });
  });

  test('a negated reference is an anti-join: a value that appears takes away', () => {
    const explanation = explain(
      "p = GET process FROM s WHERE name = 'sh'  q = GET process FROM s WHERE name = 'x' AND pid != p.pid",
    );
    expect(nodeOf(explanation, 'q').retracts).toMatch(/^a value of \[\d+\] equal to pid appears$/);
  });

  test('a disjunction with a reference can be decided by no constant', () => {
    const explanation = explain(
      "p = GET process FROM s WHERE name = 'sh'  q = GET process FROM s WHERE name = 'x' OR pid = p.pid",
    );
    expect(nodeOf(explanation, 'q').pushDown).toBeNull();
  });

  test('WHERE on a variable looks at merged content, which may change', () => {
    const explanation = explain("p = GET process FROM s WHERE name = 'sh'  q = p WHERE pid > 3 OR name = 'a'");
    expect(nodeOf(explanation, 'q')).toMatchObject({
      operator: 'WHERE',
      pushDown: null,
      retracts: 'pid changes; name changes',
    });
  });

  test('FIND names the references it walks', () => {
    const explanation = explain("p = GET process FROM s WHERE name = 'sh'  c = FIND process CREATED BY p");
    expect(nodeOf(explanation, 'c').does).toContain('process.parent_ref');
    expect(nodeOf(explanation, 'c')).toMatchObject({ index: 'edges, both ways', retracts: null });
  });

  test('LINKED keeps pairs', () => {
    const explanation = explain("p = GET process FROM s WHERE name = 'sh'  f = FIND file LINKED p");
    expect(nodeOf(explanation, 'f').state).toBe('unbounded without retention');
    expect(explanation.demand.linked).toEqual(['file in one record with process']);
  });

  test('LIMIT by an order takes back, LIMIT by entry does not', () => {
    const get = "p = GET process FROM s WHERE name = 'sh'";
    expect(nodeOf(explain(`${get}  q = p SORT BY pid DESC LIMIT 3`), 'q')).toMatchObject({
      operator: 'LIMIT',
      does: 'at most 3 members of [0] by pid desc',
      retracts: 'a member that comes before it in the order appears',
    });
    expect(nodeOf(explain(`${get}  q = p LIMIT 3`), 'q').retracts).toBeNull();
  });

  test('NEW is constant', () => {
    expect(nodeOf(explain("n = NEW ipv4-addr ['10.0.0.1', '10.0.0.2']"), 'n')).toMatchObject({
      does: '2 constant rows',
      state: 'bounded',
      retracts: null,
    });
  });
});

describe('what is demanded', () => {
  test('every type that is kept comes with its identity', () => {
    const { types } = explain("p = GET process FROM s WHERE name = 'sh'").demand;
    expect(types.map(({ type }) => type)).toEqual(['process']);
    expect(types[0]?.identity).toContain('ProcessGuid');
  });

  test('a type that only a pattern looks at is not kept', () => {
    const { types, patternTypes } = explain("p = GET process FROM s WHERE file:name = 'x'").demand;
    expect(types.map(({ type }) => type)).toEqual(['process']);
    expect(patternTypes).toEqual(['file']);
  });

  test('inputs come before what they feed', () => {
    const { nodes } = explain(
      "p = GET process FROM s WHERE name = 'sh'  c = FIND process CREATED BY p  q = c WHERE pid = p.pid",
    );
    for (const { node, inputs } of nodes) for (const input of inputs) expect(input).toBeLessThan(node);
  });

  test('is plain JSON', () => {
    const explanation = explain("p = GET process FROM s WHERE name = 'sh'  c = FIND process CREATED BY p");
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });
});
