"""What tells that a repo uses a framework: names of files and folders, and dependencies in package.json."""

from __future__ import annotations

from typing import Final

# Other names that people give to an id.
ALIASES: Final = {
    "golang": "go",
    "csharp": "dotnet",
    "c#": "dotnet",
    "next": "nextjs",
    "next.js": "nextjs",
    "ts": "typescript",
    "py": "python",
    "node": "node-server",
    "vuejs": "vue",
}

FILES: Final = {
    "tsconfig.json": "typescript",
    "foundry.toml": "solidity",
    "hardhat.config.js": "solidity",
    "hardhat.config.cjs": "solidity",
    "hardhat.config.mjs": "solidity",
    "hardhat.config.ts": "solidity",
    "truffle-config.js": "solidity",
    "next.config.js": "nextjs",
    "next.config.mjs": "nextjs",
    "next.config.ts": "nextjs",
    "vue.config.js": "vue",
    "nuxt.config.ts": "vue",
    "angular.json": "angular",
    "svelte.config.js": "svelte",
    "Cargo.toml": "rust",
    "go.mod": "go",
    "pyproject.toml": "python",
    "requirements.txt": "python",
    "setup.py": "python",
    "setup.cfg": "python",
    "Pipfile": "python",
    "Gemfile": "ruby",
    "pom.xml": "java",
    "build.gradle": "java",
    "build.gradle.kts": "java",
    "composer.json": "php",
    "Package.swift": "swift",
    "Podfile": "ios",
    "AndroidManifest.xml": "android",
    "project.godot": "godot",
    "Dockerfile": "docker",
    "Containerfile": "docker",
    "docker-compose.yml": "docker",
    "docker-compose.yaml": "docker",
    "compose.yml": "docker",
    "compose.yaml": "docker",
}

FOLDERS: Final = {
    "ProjectSettings": "unity",
    "Assets": "unity",
    ".godot": "godot",
    "ios": "ios",
    "android": "android",
}

# Shell-style, for a file or a folder.
PATTERNS: Final = {
    "*.csproj": "dotnet",
    "*.fsproj": "dotnet",
    "*.sln": "dotnet",
    "*.slnx": "dotnet",
    "*.gemspec": "ruby",
    "*.tf": "terraform",
    "*.xcodeproj": "ios",
    "*.xcworkspace": "ios",
}

DEPENDENCIES: Final = {
    "hardhat": "solidity",
    "@nomicfoundation/hardhat-toolbox": "solidity",
    "react": "react",
    "react-dom": "react",
    "next": "nextjs",
    "vue": "vue",
    "nuxt": "vue",
    "@angular/core": "angular",
    "svelte": "svelte",
    "express": "node-server",
    "fastify": "node-server",
    "koa": "node-server",
    "@nestjs/core": "node-server",
    "@hapi/hapi": "node-server",
    "hono": "node-server",
}

# Folders whose folders are looked at, too.
WORKSPACES: Final = frozenset(
    ("apps", "clients", "components", "crates", "libs", "modules", "packages", "plugins", "projects", "services")
)

# Folders that hold other people's code, build results or samples.
SKIPPED: Final = frozenset(
    (
        ".git",
        ".openclaw",
        ".tox",
        ".venv",
        "build",
        "dist",
        "doc",
        "docs",
        "example",
        "examples",
        "fixtures",
        "node_modules",
        "out",
        "target",
        "test",
        "tests",
        "third_party",
        "vendor",
        "venv",
    )
)
