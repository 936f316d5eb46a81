"""What a run and its requirements tell their readers: traceability, and the Allure report."""
