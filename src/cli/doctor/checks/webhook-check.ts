import { problem, ok, type Check } from './finding.ts';

/** The address of a webhook leads somewhere. Nothing is sent: that would be an alert. */
export function webhookCheck(name: string, url: string, lookup: (host: string) => Promise<string>): Check {
  return {
    name,
    run: async (tell) => {
      if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
        tell(problem('its url is no address', 'Write https://HOST/….'));
        return;
      }
      const { hostname } = new URL(url);
      try {
        tell(ok(`${hostname} is ${await lookup(hostname)}; nothing was sent`));
      } catch {
        tell(problem(`no host is called ${hostname}`, 'Check the url, and the name server of this machine.'));
      }
    },
  };
}
