/** The embedded cloud's own count of what the app asked of it (`GET /requests` of the control door). */
export interface Traffic {
  requests: number;
  /** Bodies, both ways. */
  bytes: number;
}

interface Report {
  totals: { service: string; operation: string; count: number; bytesIn: number; bytesOut: number }[];
}

export async function clearLog(cloud: string): Promise<void> {
  const answer = await fetch(`${cloud}/requests`, { method: 'DELETE', headers: { 'content-type': 'application/json' } });
  if (!answer.ok) throw new Error(`The request log could not be cleared: ${answer.status} ${await answer.text()}`);
}

export async function trafficOf(cloud: string, service: string, operations?: readonly string[]): Promise<Traffic> {
  const report = (await (await fetch(`${cloud}/requests`)).json()) as Report;
  const counted = report.totals.filter((total) => total.service === service && (operations === undefined || operations.includes(total.operation)));
  return {
    requests: counted.reduce((sum, total) => sum + total.count, 0),
    bytes: counted.reduce((sum, total) => sum + total.bytesIn + total.bytesOut, 0),
  };
}
