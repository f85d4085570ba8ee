// A form with `data-once` is sent once, however often its button is pressed. The server does not
// rely on it: this only keeps the second click from being made.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) {
        return;
    }
    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit]").forEach((one) => {
        one.setAttribute("aria-disabled", "true");
        one.classList.add("opacity-50");
    });
});

// Who comes back with the browser's own button may send it again.
window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
        delete form.dataset.sent;
        form.querySelectorAll("button[type=submit]").forEach((one) => {
            one.removeAttribute("aria-disabled");
            one.classList.remove("opacity-50");
        });
    });
});
