// Keeps the page up to date: fetches it again every two seconds and moves what changed into the parts marked data-live.
"use strict";

const EVERY = 2000;
const HISTORY_EVERY = 10000;

function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let unit = 0;
    while (Math.abs(value) >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit++;
    }
    return (value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)) + " " + units[unit];
}

async function refresh() {
    const stale = document.getElementById("stale");
    try {
        const answer = await fetch(location.pathname, {cache: "no-store"});
        if (!answer.ok) {
            throw new Error(answer.statusText);
        }
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of fresh.querySelectorAll("[data-live]")) {
            const old = document.getElementById(part.id);
            if (old) {
                Idiomorph.morph(old, part, {morphStyle: "outerHTML"});
            } else {
                document.querySelector("main").append(document.importNode(part, true));
            }
        }
    } catch {
        stale.hidden = false;
    }
}

const charts = [];

const hourUntil = end => [end - 3600, end]; // in seconds; before there is any history, until now

function draw(id, data, series) {
    const element = document.getElementById(id);
    if (!element) {
        return;
    }
    const axis = {
        stroke: color("--quiet"),
        grid: {stroke: color("--line"), width: 1},
        ticks: {show: false},
        font: "12px system-ui, sans-serif",
    };
    charts.push(new uPlot({
        width: element.clientWidth,
        height: 150,
        legend: {show: false},
        cursor: {show: false},
        scales: {x: {time: true, range: (_, __, max) => hourUntil(max ?? Date.now() / 1000)}, y: {range: (_, min, max) => [0, Math.max(max ?? 0, 1) * 1.1]}},
        axes: [
            {...axis, values: "{HH}:{mm}", space: 70},
            {...axis, size: 64, space: 36, values: (_, ticks) => ticks.map(bytes)},
        ],
        series: [{}, ...series.map(one => ({
            stroke: color(one),
            fill: color(one + "-soft"),
            width: 2,
            points: {show: data[0].length < 2},
        }))],
    }, data, element));
}

let history = {time: [], up: [], down: [], free: []};

function redraw() {
    for (const chart of charts.splice(0)) {
        chart.destroy();
    }
    draw("traffic", [history.time, history.up, history.down], ["--up", "--down"]);
    draw("free", [history.time, history.free], ["--free"]);
}

async function refreshHistory() {
    if (!document.getElementById("traffic")) {
        return;
    }
    try {
        history = await (await fetch("/history.json", {cache: "no-store"})).json();
        redraw();
    } catch {
        // the notice that the node does not answer is shown already
    }
}

function whileVisible(work, every) {
    setInterval(() => document.hidden || work(), every);
}

document.addEventListener("visibilitychange", () => document.hidden || refresh());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let resizing;
addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(redraw, 200);
});
whileVisible(refresh, EVERY);
whileVisible(refreshHistory, HISTORY_EVERY);
refreshHistory();
