// `autofocus` comes to nothing in this theme: the page is hidden until its scripts have run.
document.addEventListener("alpine:initialized", () => {
    requestAnimationFrame(() => {
        const wanted = document.querySelector("[autofocus]");
        if (wanted && document.activeElement === document.body) {
            wanted.focus();
        }
    });
});
