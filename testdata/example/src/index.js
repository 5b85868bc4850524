#!/usr/bin/env node
console.log("sunny");
