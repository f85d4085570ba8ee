// The theme makes menus, switches and icons of elements that only a mouse can press. This gives
// each of them what a button has: a place in the order of Tab, Enter and Space, a role, a name.
(() => {
    const PRESSED = "[x-on\\:click]:not(a[href], button, input, label, select, summary, textarea)";
    const ICON = ".material-symbols-outlined";
    // By the icon's word; of what has not even an icon, by its id.
    const NAMES = {
        es: {
            dock_to_right: "Mostrar u ocultar el menú",
            close: "Cerrar",
            light_mode: "Tema: claro",
            dark_mode: "Tema: oscuro",
            computer: "Tema: el del sistema",
            visibility: "Mostrar la contraseña",
            visibility_off: "Ocultar la contraseña",
            chevron_right: "Desplegar",
            "changelist-filter-close": "Cerrar los filtros",
        },
        en: {
            dock_to_right: "Show or hide the menu",
            close: "Close",
            light_mode: "Theme: light",
            dark_mode: "Theme: dark",
            computer: "Theme: the system's",
            visibility: "Show the password",
            visibility_off: "Hide the password",
            chevron_right: "Unfold",
            "changelist-filter-close": "Close the filters",
        },
    };
    const names = NAMES[document.documentElement.lang.slice(0, 2)] || NAMES.en;

    // The text without its icons: those are words of a font, such as dock_to_right.
    function words(element) {
        const copy = element.cloneNode(true);
        copy.querySelectorAll(ICON).forEach((icon) => icon.remove());
        return copy.matches(ICON) ? "" : copy.textContent.trim();
    }

    function named(element) {
        if (element.hasAttribute("aria-label") || words(element)) {
            return;
        }
        const name = names[element.textContent.trim() || element.id];
        if (name) {
            element.setAttribute("aria-label", name);
        }
    }

    function reachable(element) {
        if (!element.hasAttribute("tabindex")) {
            element.setAttribute("tabindex", "0");
            element.setAttribute("role", "button");
        }
        named(element);
    }

    function quiet(icon) {
        const owner = icon.closest("a, button, [role=button]");
        if (!owner || (owner !== icon && (owner.hasAttribute("aria-label") || words(owner)))) {
            if (!icon.hasAttribute("aria-label")) {
                icon.setAttribute("aria-hidden", "true");
            }
        }
    }

    // What stands before a cell on a phone: a sentence begins large, its other words do not.
    function large(cell) {
        const label = cell.dataset.label;
        const begun = label.charAt(0).toLocaleUpperCase() + label.slice(1);
        if (begun !== label) {
            cell.dataset.label = begun;
        }
    }

    function reach(root) {
        root.querySelectorAll("[data-label]").forEach(large);
        root.querySelectorAll(PRESSED).forEach(reachable);
        root.querySelectorAll(`a:has(> ${ICON}), button:has(> ${ICON})`).forEach(named);
        root.querySelectorAll(ICON).forEach(quiet);
    }

    document.addEventListener("keydown", (event) => {
        const pressed = event.target;
        if (!pressed.matches(`${PRESSED}[role=button]`)) {
            return;
        }
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            pressed.click();
        }
    });

    document.addEventListener("alpine:initialized", () => {
        reach(document);
        new MutationObserver(() => reach(document)).observe(document.body, {
            childList: true,
            subtree: true,
        });
    });
})();
