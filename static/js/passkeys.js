// Passkeys: the browser makes one or signs with one, and the answer travels in the form's hidden field.
// Browsers write the bytes differently or not at all, so both ways are written out here.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  part.hidden = false;
  const button = part.querySelector("[data-passkey-button]");
  button.addEventListener("click", () => use(part, button));
}

async function use(part, button) {
  const question = JSON.parse(part.dataset.passkey).publicKey;
  const form = button.form ?? part.closest("form");
  button.disabled = true;
  try {
    const given = question.user ? await make(question) : await sign(question);
    const field = form.elements[part.dataset.passkeyField];
    field.value = JSON.stringify(given);
    form.requestSubmit();
  } catch {
    // The person closed the browser's question, or no known key is here.
    part.querySelector("[data-passkey-state]").textContent = part.dataset.failed;
    button.disabled = false;
  }
}

const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function make(question) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...question,
      challenge: bytes(question.challenge),
      user: { ...question.user, id: bytes(question.user.id) },
      excludeCredentials: known(question.excludeCredentials),
    },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
  });
}

async function sign(question) {
  const signed = await navigator.credentials.get({
    publicKey: { ...question, challenge: bytes(question.challenge), allowCredentials: known(question.allowCredentials) },
  });
  return answer(signed, {
    authenticatorData: text(signed.response.authenticatorData),
    signature: text(signed.response.signature),
  });
}

function answer(key, response) {
  return {
    id: key.id,
    rawId: text(key.rawId),
    type: key.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(key.response.clientDataJSON), ...response },
  };
}
