// Renders templates as API Gateway would: a scene per line on stdin; what came out, and the overrides, on stdout.
import { createInterface } from 'node:readline'
import { Compile, parse } from 'velocityjs'

// What a text answers to in Java, where the engine leaves it to JavaScript.
const java = {
  contains: (text, part) => text.includes(part),
  length: (text) => text.length,
  matches: (text, pattern) => new RegExp(`^(?:${pattern})$`).test(text),
  replaceAll: (text, pattern, by) => text.replace(new RegExp(pattern, 'g'), by),
}
const strings = {
  uid: 'java.lang.String',
  match: ({ property, context }) => typeof context === 'string' && property in java,
  resolve: ({ property, context, params }) => java[property](context, ...params),
}
const form = (text) =>
  encodeURIComponent(text).replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()).replaceAll('%20', '+')

function rendered({ template, context, json, params }) {
  const variables = {
    context,
    input: {
      json: () => json,
      path: () => JSON.parse(json),
      params: (name) => params[name] ?? '',
    },
    util: {
      base64Encode: (text) => Buffer.from(text).toString('base64'),
      urlEncode: form,
    },
  }
  const text = new Compile(parse(template), { customMethodHandlers: [strings] }).render(variables)
  return { text, context }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(rendered(JSON.parse(line))) + '\n')
}
