import { type Check, CheckFailure, Skipped } from '../check.ts';
import { describeAnswer } from '../read-answer.ts';

export const metrics: Check = {
  name: 'metrics',
  title: 'metrics for Prometheus',
  run: async ({ ask }) => {
    const answer = await ask('/metrics');
    const text = await answer.text();
    if ([401, 403, 404].includes(answer.status)) {
      throw new Skipped(`not available to this client (HTTP ${answer.status})`);
    }
    const metric = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
    if (metric.some((name) => name.startsWith('runtape_'))) return `${metric.length} metrics`;
    throw new CheckFailure({
      expected: '# TYPE lines, as Prometheus reads them',
      came: describeAnswer(answer, text),
      advice: 'Check that the proxy passes /metrics on. If it should not, let it answer 404.',
    });
  },
};
