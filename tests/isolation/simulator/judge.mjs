// Answers many questions about IAM in one process: JSON on stdin, one letter per question on stdout.
// A: allowed, D: denied, U: the simulator knows no such action, E…: it could not judge, and says why.
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate'

const ACCOUNT = '000000000000'
const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const { documents, questions } = JSON.parse(Buffer.concat(chunks).toString())

async function simulate(question, resource) {
  const [principal, identity, trust, action, , context] = question
  return runSimulation(
    {
      request: {
        principal: principal ?? anonymousPrincipal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: context,
      },
      identityPolicies: identity ? [{ name: identity, policy: documents[identity] }] : [],
      resourcePolicy: trust ? documents[trust] : undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
}

async function judge(question) {
  let answer = await simulate(question, question[4])
  if (answer.resultType === 'error' && !answer.errors.resourcePolicyErrors && !answer.errors.identityPolicyErrors) {
    // An action that is about no table or queue in particular takes "*" only.
    const again = await simulate(question, '*')
    if (again.resultType !== 'error') answer = again
  }
  if (answer.resultType === 'error') {
    const text = JSON.stringify(answer.errors)
    return text.includes('invalid.action') ? 'U' : `E ${text}`
  }
  return answer.overallResult === 'Allowed' ? 'A' : 'D'
}

const answers = []
for (const question of questions) answers.push(await judge(question))
process.stdout.write(JSON.stringify(answers))
