// SPDX-License-Identifier: MIT
// tokenwatt api, tokenwatt calculate
import assert from 'node:assert/strict';
import test from 'node:test';
import { run, temporaryFolder } from './program.mjs';

const { folder, file } = temporaryFolder();
const payload = {
  provider: 'Google',
  model: 'gemini-3-pro',
  prompt_tokens: 788,
  completion_tokens: 312,
  reasoning_tokens: 0,
  cached_tokens: 0,
  startTimeMs: 1710000000000,
  firstTokenTimeMs: 1710000010000,
  source: 'dom_estimated',
  is_estimated: true,
  estimation_method: 'dom_gpt_tokenizer_v1',
};
const payloadFile = file('payload.json', JSON.stringify(payload));

test('calculate: a payload in, the six members and details out', () => {
  for (const args of [['calculate', payloadFile], ['calculate'], ['calculate', '-']]) {
    const { code, stdout, stderr } = run(args, { input: JSON.stringify(payload) });
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    assert.ok(stdout.endsWith('}\n'));
    assert.deepEqual(Object.keys(JSON.parse(stdout)).sort(), [
      ...['audit', 'co2_grams', 'details', 'energy_wh', 'message', 'tree_days', 'water_ml'],
    ]);
  }
});

test('calculate: a bad payload is exit 1 and names the field', () => {
  const cases = [
    [{ ...payload, prompt_tokens: -1 }, 'prompt_tokens'],
    [{ ...payload, completion_tokens: '312' }, 'completion_tokens'],
    [{ ...payload, cached_tokens: 789 }, 'cached_tokens'],
    [{ ...payload, provider: undefined }, 'provider'],
    [{ ...payload, model: 7 }, 'model'],
    [{ ...payload, prompt_tokens: 1.5 }, 'prompt_tokens'],
    [[payload], 'object'],
    ['', 'body'],
    ['{"provider":', 'JSON'],
    ['\xff\xfe', 'JSON'],
  ];
  for (const [body, message] of cases) {
    const input = typeof body === 'string' ? Buffer.from(body, 'latin1') : JSON.stringify(body);
    const { code, stdout, stderr } = run(['calculate'], { input });
    assert.deepEqual([code, stdout], [1, ''], String(input));
    assert.ok(stderr.startsWith('tokenwatt calculate: standard input: '), stderr);
    assert.ok(stderr.includes(String(message)), `${message}: ${stderr}`);
  }
  const missing = run(['calculate', `${folder}/none.json`]);
  assert.deepEqual(
    [missing.code, missing.stderr],
    [1, `tokenwatt calculate: ${folder}/none.json: No such file or directory\n`],
  );
  const large = run(['calculate'], { input: ' '.repeat((1 << 20) + 1) });
  assert.equal(large.code, 1);
  assert.match(large.stderr, /larger than the limit of 1048576 bytes/);
  assert.equal(run(['calculate', 'a', 'b']).code, 2);
});

test('api: the body on standard output, the status on standard error', () => {
  const health = run(['api', 'GET', '/api/health']);
  assert.deepEqual([health.code, health.stderr], [0, '200 OK\n']);
  assert.equal(JSON.parse(health.stdout).meta.status, 'healthy');
  const posted = run(['api', 'post', '/api/v1/calculate', payloadFile]);
  assert.deepEqual([posted.code, posted.stderr], [0, '200 OK\n']);
  assert.equal(posted.stdout, run(['calculate', payloadFile]).stdout);
  const piped = run(['api', 'POST', '/api/v1/calculate', '-'], { input: JSON.stringify(payload) });
  assert.equal(piped.stdout, posted.stdout);
});

test('api: an error is an answer too, with exit 1', () => {
  const cases = [
    [['GET', '/api/nothing'], '404 Not Found', 'not_found'],
    [['GET', '/api/v1/calculate'], '405 Method Not Allowed', 'method_not_allowed'],
    [['POST', '/api/v1/calculate'], '400 Bad Request', 'validation_error'],
    [['GET', '/api/v1/history'], '503 Service Unavailable', 'service_unavailable'],
    [['GET', '/'], '404 Not Found', 'not_found'],
  ];
  for (const [args, status, code] of /** @type {[string[], string, string][]} */ (cases)) {
    const result = run(['api', ...args]);
    assert.deepEqual([result.code, result.stderr], [1, `${status}\n`], args.join(' '));
    assert.equal(JSON.parse(result.stdout).error.code, code);
  }
  const missing = run(['api', 'POST', '/api/v1/calculate', `${folder}/none`]);
  assert.deepEqual([missing.code, missing.stdout], [1, '']);
});

test('api: a query is split from the path', () => {
  const { code, stdout } = run(['api', 'GET', '/api/health?limit=1&x=%20']);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).meta.status, 'healthy');
});

test('api: usage errors', () => {
  const cases = [
    [[], 'METHOD and PATH are needed'],
    [['GET'], 'METHOD and PATH are needed'],
    [['GET', 'api/health'], "PATH must begin with '/'"],
    [['GET /', '/api/health'], 'is no method'],
    [['GET', '/a', 'b', 'c'], 'are all it takes'],
  ];
  for (const [args, message] of /** @type {[string[], string][]} */ (cases)) {
    const { code, stderr } = run(['api', ...args]);
    assert.equal(code, 2, stderr);
    assert.ok(stderr.includes(message), stderr);
  }
});
