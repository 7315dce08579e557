import { readTemplate } from '../../../local/iam/read-stack.ts';

/** The template with one statement loosened in one way. */
export interface LoosenedTemplate {
  sid: string;
  how: string;
  template: unknown;
}

interface StatementJson {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal?: unknown;
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}
interface DocumentJson {
  Statement: StatementJson[];
}

/** Every policy document of a template, wherever it hangs. */
function documentsOf(value: unknown): DocumentJson[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray((value as { Statement?: unknown }).Statement)) return [value as DocumentJson];
  return Object.values(value).flatMap(documentsOf);
}

export function statementIds(): string[] {
  return documentsOf(readTemplate()).flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
}

/** The ways in which a statement could be less than it is; each must let some attack through, else nothing needs it. */
export function loosenedTemplates(): LoosenedTemplate[] {
  return documentsOf(readTemplate()).flatMap(({ Statement }, document) =>
    Statement.flatMap((statement, at) =>
      waysToLoosen(statement).map(([how, loosen]): LoosenedTemplate => {
        const template = readTemplate();
        const target = documentsOf(template)[document]!.Statement;
        const loosened = loosen(structuredClone(statement));
        target.splice(at, 1, ...(loosened === undefined ? [] : [loosened]));
        // A policy has one statement at least.
        if (target.length === 0) target.push({ Sid: 'Nothing', Effect: 'Deny', Principal: '*', Action: 'nothing:Nothing', Resource: '*' });
        return { sid: statement.Sid, how, template };
      }),
    ),
  );
}

type Loosen = (statement: StatementJson) => StatementJson | undefined;

function waysToLoosen({ Effect, Principal, Resource, Action, Condition = {} }: StatementJson): Array<readonly [how: string, loosen: Loosen]> {
  if (Effect === 'Deny') {
    const actions = [Action].flat();
    const without = actions.length === 1 ? [] : actions.map((action): readonly [string, Loosen] => [`without ${action}`, (one) => ({ ...one, Action: actions.filter((other) => other !== action) })]);
    const resources = [Resource].flat();
    const elsewhere = resources.length === 1 ? [] : resources.map((_, at): readonly [string, Loosen] => [`without resource ${at + 1}`, (one) => ({ ...one, Resource: resources.toSpliced(at, 1) })]);
    return [['dropped', () => undefined], ...without, ...elsewhere];
  }
  const conditions = Object.keys(Condition).map((operator): readonly [string, Loosen] => [
    `without ${operator}`,
    (one) => ({ ...one, Condition: Object.fromEntries(Object.entries(Condition).filter(([other]) => other !== operator)) }),
  ]);
  // A trust policy.
  if (Principal !== undefined) return [...conditions, ['for anybody', (one) => ({ ...one, Principal: '*', Action: 'sts:*', Condition: {} })]];
  if (conditions.length > 0) return conditions;
  if ([Action].flat().every((action) => action.startsWith('s3:'))) return [['for any resource', (one) => ({ ...one, Resource: '*' })], ['for any action', (one) => ({ ...one, Action: 's3:*' })]];
  return [['for anything', (one) => ({ ...one, Action: '*', Resource: '*' })]];
}
