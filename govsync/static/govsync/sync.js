// Where the picture of a machine is wider than its box, show the state where the run is, or the
// last one it came through: once, for afterwards the box is where its reader has put it.
document.addEventListener("htmx:oobAfterSwap", (event) => {
    const picture = document.getElementById("picture");
    if (!picture || event.detail.target !== picture || picture.dataset.shown) {
        return;
    }
    const box = picture.parentElement;
    const passed = picture.querySelectorAll(".luca-was rect");
    const here =
        picture.querySelector(".luca-here rect") ||
        passed[passed.length - 1] ||
        picture.querySelector(".luca-state rect");
    if (here) {
        const at = here.getBoundingClientRect();
        const seen = box.getBoundingClientRect();
        box.scrollLeft += at.left + at.width / 2 - seen.left - seen.width / 2;
        picture.dataset.shown = "1";
    }
});
