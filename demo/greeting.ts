/** Prints that the demo has begun: loading n8n's engine takes some seconds. */
console.log("Starting n8n's engine and the sandbox …");
