// Entry point; filled in by the project.
return 0;
