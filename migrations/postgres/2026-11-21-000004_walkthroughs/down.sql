DROP TABLE walkthroughs;
