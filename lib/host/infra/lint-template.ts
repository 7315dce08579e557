import * as v from 'valibot';
import { fetchedPackages } from '../fetched-packages.ts';

/** AWS's own validator: cfn-lint's rules over the schemas of all resource types, in one file of WebAssembly that asks nobody. */
const VALIDATOR = { '@aws/cloudformation-validate': '1.9.0-beta' };

interface Validator {
  TemplateFile: new (path: string) => unknown;
  CelEngine: new () => { validateStandard(template: unknown, config: object): unknown; free(): void };
}

const reportSchema = v.object({
  status: v.string(),
  diagnostics: v.array(v.object({ severity: v.string(), ruleId: v.string(), message: v.string(), entity: v.optional(v.object({ logicalId: v.string() })), propertyPath: v.optional(v.string()) })),
});

/**
 * What AWS's validator holds against a template, warnings and worse, one line each, with these values for its parameters.
 * @returns undefined when the validator is not there and can't be fetched.
 */
export function lintTemplate(path: string, parameters: Readonly<Record<string, string>>): string[] | undefined {
  const require = fetchedPackages('infra-packages', VALIDATOR, 'AWS’s validator of templates');
  if (require === undefined) return undefined;
  const { TemplateFile, CelEngine } = require('@aws/cloudformation-validate') as Validator;
  const engine = new CelEngine();
  try {
    const { status, diagnostics } = v.parse(reportSchema, engine.validateStandard(new TemplateFile(path), { severityLevel: 'WARN', parameterOverrides: parameters }));
    const found = diagnostics.map(({ severity, ruleId, message, entity, propertyPath }) => `${severity} ${ruleId} ${[entity?.logicalId, propertyPath].filter(Boolean).join('.')}: ${message}`);
    return status === 'OK' ? found : [`The validator stopped: ${status}`, ...found];
  } finally {
    engine.free();
  }
}
